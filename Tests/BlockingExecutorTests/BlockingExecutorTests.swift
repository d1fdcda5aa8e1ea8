import BlockingExecutor
import Glibc
import Testing

/// An actor with a thread of its own.
private actor Blocker {
    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    nonisolated var preferred: any TaskExecutor { executor }

    func thread() -> pthread_t { pthread_self() }
}

private func thread() async -> pthread_t { pthread_self() }

@Suite struct BlockingExecutorTests {
    @Test func anActorHasAThreadOfItsOwn() async {
        let (one, other) = (Blocker(), Blocker())
        let (here, its, again, others) = (await thread(), await one.thread(), await one.thread(), await other.thread())
        #expect(its == again && its != others && its != here)
    }

    @Test func aTaskThatPrefersItRunsOnTheActorsThread() async {
        let blocker = Blocker()
        let its = await blocker.thread()
        let (before, after, beside) = await withTaskExecutorPreference(blocker.preferred) {
            let before = await thread()
            _ = await blocker.thread()
            async let beside = withTaskExecutorPreference(globalConcurrentExecutor) { await thread() }
            return (before, await thread(), await beside)
        }
        #expect(before == its && after == its && beside != its)
        #expect(await thread() != its)
    }
}
