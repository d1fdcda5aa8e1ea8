internal import CMimalloc

/// The allocator that takes the place of the C library's by being linked; see ARCHITECTURE.md.
enum Allocator {
    /// Below this much memory for all of a process, pages that are free for a while weigh more than the time that it takes to get new ones.
    private static let small = 128 << 20

    /// Fits what the allocator keeps for itself into a budget, in bytes.
    ///
    /// Pages that are kept for 25 ms, as is usual, came to 30 MiB beside files of a hundred partitions: within 256 MiB they do no harm, and giving
    /// them back after one costs a quarter more processor time (two cores of an AMD EPYC).
    static func fit(into budget: Int) {
        if budget < small { mimalloc_keep_freed_pages(1) }
    }
}
