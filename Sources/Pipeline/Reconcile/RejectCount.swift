internal import SalesModel

/// What the reject files of a country hold: which files they came from, and the `sale_id`s that can be read from their rows.
struct RejectCount {
    private var names: Set<String> = []
    private var ids: Set<[UInt8]> = []

    init() {}

    init(_ store: any ObjectStore, _ country: CountryCode) async throws(StageError) {
        for folder in [Names.rejected(country), Names.mended(country)] {
            let keys = try await port { () throws(PortError) in try await FileListing.keys(store, folder) }
            for key in keys where key.hasSuffix(".csv") {
                names.insert(Names.file(of: key))
                guard let file = try await RejectedFile(store, key) else { continue }
                for record in file.records { ids.insert(file.saleID(of: record)) }
            }
        }
    }

    func contains(_ saleID: ArraySlice<UInt8>) -> Bool { ids.contains(Array(saleID)) }

    /// Whether rows of the file of this name were put aside, under its name or a longer one.
    func hasFile(for name: String) -> Bool { names.contains { $0 == name || $0.hasPrefix("\(name.dropLast(4))-") } }
}
