/// The known name that a mistyped one most likely means.
public enum NearestName {
    /// The nearest by edits (insert, delete, replace, swap neighbours), of equally near ones the first. `nil` where
    /// more than a third of the characters would have to change and none of the names begins with what was typed.
    static func of(_ typed: String, in names: [String]) -> String? {
        let wanted = Array(typed.lowercased().unicodeScalars.prefix(64))
        guard !wanted.isEmpty else { return nil }
        var best: (name: String, distance: Int)?
        for name in names {
            let distance = distance(wanted, Array(name.lowercased().unicodeScalars.prefix(64)))
            let allowed = max(1, max(wanted.count, name.unicodeScalars.count) / 3)
            if distance <= allowed, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name ?? (wanted.count >= 3 ? names.first { $0.lowercased().hasPrefix(typed.lowercased()) } : nil)
    }

    /// Words for the end of a message: `; did you mean --rows?`
    ///
    /// - Parameter prefix: stands before the name that is meant. Empty where none is near.
    public static func hint(_ typed: String, in names: [String], prefix: String = "") -> String {
        of(typed, in: names).map { "; did you mean \(prefix)\($0)?" } ?? ""
    }

    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var present = [row + 1]
            for column in right.indices {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var least = min(replaced, last[column + 1] + 1, present[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, beforeLast[column - 1] + 1)
                }
                present.append(least)
            }
            beforeLast = last
            last = present
        }
        return last[right.count]
    }
}
