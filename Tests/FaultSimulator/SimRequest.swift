internal import Pipeline

/// One request on its way: from the caller to the service, where it has its effect, and back.
struct SimRequest<Answer: Sendable>: Sendable {
    let process: Int
    let operation: SimOperation
    let subject: String
    let continuation: CheckedContinuation<Result<Answer, PortError>, Never>
    let telling: @Sendable (Answer) -> String

    typealias Effect = @Sendable (inout SimState) throws(PortError) -> Answer

    /// Sends the request and draws what becomes of it.
    func send(_ state: inout SimState, _ effect: @escaping Effect) {
        guard let call = begin(&state) else { return }
        switch state.fate(of: operation) {
        case .normal(let there, let back):
            onArrival(&state, after: there) { state in
                let result = perform(&state, effect, .answered)
                state.after(back) { answer(&$0, call, result) }
            }
        case .failure(let delay, let kind):
            state.after(delay) { state in
                state.note(process, operation, .failedBefore, subject)
                answer(&state, call, .failure(PortError(kind, "\(operation)", of: subject, because: "drawn: no effect")))
            }
        case .lostAnswer(let there, let timeout):
            onArrival(&state, after: there) { _ = perform(&$0, effect, .answerLost) }
            state.after(timeout) { answer(&$0, call, .failure(unanswered("the answer was lost"))) }
        case .late(let timeout, let delay):
            state.after(timeout) { state in
                state.note(process, operation, .timedOut, subject)
                answer(&state, call, .failure(unanswered("timed out")))
            }
            guard let delay else { return }
            onArrival(&state, after: delay) { _ = perform(&$0, effect, .landedLate) }
        case .crashBefore(let delay):
            state.after(delay) { state in
                state.note(process, operation, .crashedBefore, subject)
                state.crash(process)
            }
        case .crashAfter(let there):
            state.after(there) { state in
                _ = perform(&state, effect, .crashedAfter)
                state.crash(process)
            }
        }
    }

    /// What the request does when it arrives, whatever has become of its sender. Until then a change is under way.
    private func onArrival(_ state: inout SimState, after delay: Int64, _ effect: @escaping SimTimeline.Action) {
        let counts = operation.mayBeLate
        if counts { state.effectsUnderWay += 1 }
        state.after(delay) { state in
            if counts { state.effectsUnderWay -= 1 }
            effect(&state)
        }
    }

    /// Sends a request that is answered as soon as `attempt` has something, or by `otherwise` after `wait`.
    func sendWaiting(
        _ state: inout SimState, wait: Int64, otherwise: Answer,
        _ attempt: @escaping @Sendable (inout SimState) throws(PortError) -> Answer?
    ) {
        guard let call = begin(&state) else { return }
        switch state.fate(of: operation) {
        case .normal(let there, let back):
            state.after(there) { state in
                guard state.processes[process].pending[call] != nil else { return }
                state.waiters.append(
                    .init(call: call, process: process) { state in
                        let result: Result<Answer, PortError>
                        do throws(PortError) {
                            guard let found = try attempt(&state) else { return false }
                            result = .success(found)
                        } catch { result = .failure(error) }
                        tell(&state, result, .answered)
                        state.after(back) { answer(&$0, call, result) }
                        return true
                    })
                state.isStirred = true
                state.after(wait) { giveUpWaiting(&$0, call, otherwise, attempt, after: back) }
            }
        case .failure(let delay, let kind):
            state.after(delay) { state in
                state.note(process, operation, .failedBefore)
                answer(&state, call, .failure(PortError(kind, "\(operation)", of: subject, because: "drawn: no effect")))
            }
        case .lostAnswer(let delay, _), .late(let delay, _), .crashBefore(let delay), .crashAfter(let delay):
            state.after(delay) { $0.crash(process) }
        }
    }

    private func giveUpWaiting(
        _ state: inout SimState, _ call: Int, _ otherwise: Answer,
        _ attempt: @escaping @Sendable (inout SimState) throws(PortError) -> Answer?,
        after back: Int64
    ) {
        guard state.waiters.contains(where: { $0.call == call }) else { return }
        if state.isPaused(process) {
            // It learns of everything when it wakes.
            state.timeline.add(at: state.processes[process].pausedUntil + 1) { giveUpWaiting(&$0, call, otherwise, attempt, after: back) }
            return
        }
        state.waiters.removeAll { $0.call == call }
        tell(&state, .success(otherwise), .answered)
        state.after(back) { answer(&$0, call, .success(otherwise)) }
    }

    private func begin(_ state: inout SimState) -> Int? {
        guard state.processes[process].isAlive else {
            continuation.resume(returning: .failure(.gone))
            return nil
        }
        let call = state.newCall()
        state.processes[process].pending[call] = .init { continuation.resume(returning: .failure($0)) }
        return call
    }

    private func perform(_ state: inout SimState, _ effect: Effect, _ mark: SimMark) -> Result<Answer, PortError> {
        let result: Result<Answer, PortError>
        do throws(PortError) { result = .success(try effect(&state)) } catch { result = .failure(error) }
        tell(&state, result, mark)
        return result
    }

    private func tell(_ state: inout SimState, _ result: Result<Answer, PortError>, _ mark: SimMark) {
        switch result {
        case .success(let value):
            state.note(process, operation, mark, "\(subject)\(subject.isEmpty ? "" : " -> ")\(telling(value))")
        case .failure(let error):
            state.note(process, operation, mark == .answered ? .refused : mark, "\(subject) -> \(error.kind): \(error.reason)")
        }
    }

    private func answer(_ state: inout SimState, _ call: Int, _ result: Result<Answer, PortError>) {
        state.answer(call, of: process) { continuation.resume(returning: result) }
    }

    private func unanswered(_ reason: String) -> PortError {
        PortError(.unreachable, "\(operation)", of: subject, because: "drawn: \(reason)")
    }
}
