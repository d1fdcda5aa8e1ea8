/// Looks again and again until something holds, or the time is over. Says whether it holds.
///
/// - Parameters:
///   - limit: long, for only what is broken uses it up.
///   - interval: how long to wait between two looks.
@discardableResult
package func eventually(
    within limit: Duration = .seconds(120), every interval: Duration = .milliseconds(50), _ holds: () async throws -> Bool
) async rethrows -> Bool {
    let end = ContinuousClock.now + limit
    while true {
        if try await holds() { return true }
        guard .now < end, !Task.isCancelled else { return false }
        try? await Task.sleep(for: interval)
    }
}
