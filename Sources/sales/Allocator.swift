internal import CMimalloc

/// The allocator that takes the place of the C library's by being linked; see ARCHITECTURE.md.
enum Allocator {
    /// Below this much memory for all of a process, pages that are free for a while weigh more than the time that it takes to get new ones.
    private static let small = 128 << 20

    /// Fits what the allocator keeps for itself into a budget, in bytes.
    ///
    /// Freed pages come back within milliseconds, as messages, rows and files do, and the kernel clears each page that it gives: where there is
    /// memory they are kept. Beside files of a hundred partitions that is 30 MiB, too much for a small budget: there they are kept for 1 ms only,
    /// which costs a quarter more processor time (two cores of an AMD EPYC).
    static func fit(into budget: Int) {
        if budget < small { mimalloc_keep_freed_pages(1) } else { mimalloc_keep_all_freed_pages() }
    }
}
