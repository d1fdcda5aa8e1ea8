/// Works on all elements side by side. Returns what came of each, in their order, once all have ended; throws what the first of them threw.
func sideBySide<Element: Sendable, Value: Sendable, Failure: Error>(
    _ elements: [Element], _ work: @escaping @Sendable (Element) async throws(Failure) -> Value
) async throws(Failure) -> [Value] {
    let results = await withTaskGroup(of: (Int, Result<Value, Failure>).self) { group in
        for (index, element) in elements.enumerated() {
            group.addTask {
                do throws(Failure) { return (index, .success(try await work(element))) } catch { return (index, .failure(error)) }
            }
        }
        return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
    }
    var values: [Value] = []
    for (_, result) in results { values.append(try result.get()) }
    return values
}
