extension Logger {
    /// A value of metadata. In JSON lines numbers and truth values stay what they are.
    public enum MetadataValue: Sendable, Equatable, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
        ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral
    {
        /// Text.
        case string(String)
        /// A whole number.
        case integer(Int)
        /// A number with a fraction.
        case decimal(Double)
        /// True or false.
        case boolean(Bool)

        /// Text, interpolated or not.
        public init(stringLiteral value: String) { self = .string(value) }
        /// A whole number.
        public init(integerLiteral value: Int) { self = .integer(value) }
        /// A number with a fraction.
        public init(floatLiteral value: Double) { self = .decimal(value) }
        /// True or false.
        public init(booleanLiteral value: Bool) { self = .boolean(value) }
    }

    /// Pairs that go with a message, in the order in which they were given; a key stands once.
    public struct Metadata: Sendable, Equatable, ExpressibleByDictionaryLiteral {
        /// The pairs in their order.
        public private(set) var pairs: [Pair] = []

        /// A key with its value.
        public struct Pair: Sendable, Equatable {
            /// The name.
            public let key: String
            /// What is known under it.
            public let value: MetadataValue
        }

        /// Pairs in the order in which they stand; of equal keys the last counts.
        public init(dictionaryLiteral elements: (String, MetadataValue)...) {
            for (key, value) in elements { self[key] = value }
        }

        /// The value of a key. A new key goes to the end, a known one keeps its place.
        public subscript(key: String) -> MetadataValue? {
            get { pairs.first { $0.key == key }?.value }
            set {
                let place = pairs.firstIndex { $0.key == key }
                switch (place, newValue) {
                case (let place?, let value?): pairs[place] = Pair(key: key, value: value)
                case (let place?, nil): pairs.remove(at: place)
                case (nil, let value?): pairs.append(Pair(key: key, value: value))
                case (nil, nil): break
                }
            }
        }

        /// These pairs and those of another, which win.
        public func merging(_ other: Metadata) -> Metadata {
            if pairs.isEmpty { return other }
            var all = self
            for pair in other.pairs { all[pair.key] = pair.value }
            return all
        }
    }
}
