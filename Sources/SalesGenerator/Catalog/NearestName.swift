/// The name out of `known` that a mistyped one most likely means; nil where none is near.
///
/// Near is a distance of Levenshtein's of at most a third of the name's length, and of at least 1.
func nearestName(to name: String, among known: [String]) -> String? {
    let typed = Array(name.unicodeScalars.prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in known {
        let distance = editDistance(typed, Array(candidate.unicodeScalars))
        if distance <= max(1, candidate.unicodeScalars.count / 3), distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
}

private func editDistance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
    var row = Array(0...other.count)
    for (line, scalar) in one.enumerated() {
        var diagonal = row[0]
        row[0] = line + 1
        for (column, opposite) in other.enumerated() {
            let replaced = diagonal + (scalar == opposite ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
        }
    }
    return row[other.count]
}
