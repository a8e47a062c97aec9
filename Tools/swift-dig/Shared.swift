/// A value of many parts: copies share them until one of them is changed.
@dynamicMemberLookup
struct Shared<Parts: Sendable>: Sendable {
    private var box: Box

    init(_ parts: Parts) { box = Box(parts) }

    /// A part of it.
    subscript<Value>(dynamicMember key: WritableKeyPath<Parts, Value>) -> Value {
        get { box.parts[keyPath: key] }
        set {
            if !isKnownUniquelyReferenced(&box) { box = Box(box.parts) }
            box.parts[keyPath: key] = newValue
        }
    }

    /// What follows from other parts.
    subscript<Value>(dynamicMember key: KeyPath<Parts, Value>) -> Value { box.parts[keyPath: key] }

    /// Only ever changed by its one owner, whose own check of exclusive access is the one that counts.
    private final class Box: @unchecked Sendable {
        @safe @exclusivity(unchecked) var parts: Parts

        init(_ parts: Parts) { self.parts = parts }
    }
}
