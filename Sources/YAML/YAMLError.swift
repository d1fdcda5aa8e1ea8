/// A document that cannot be used: in which file, where, and why.
public struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The name of the file as it was given to the parser.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The character in that line, from 1.
    public let column: Int
    /// What is wrong, and how to mend it where that is not plain.
    public let reason: String

    /// An error at a place of a file.
    public init(file: String, line: Int, column: Int, reason: String) {
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
    }

    /// An error of a reader that does not like what a node holds.
    public init(file: String, at node: YAMLNode, reason: String) {
        self.init(file: file, line: node.line, column: node.column, reason: reason)
    }

    /// `sales.yaml:3:7: the reason`, which editors and terminals turn into a link.
    public var description: String { "\(file):\(line):\(column): \(reason)" }
}
