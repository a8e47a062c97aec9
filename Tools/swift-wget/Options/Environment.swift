/// The variables that a program is started with.
///
/// A list, for few of them are asked for, and each once.
struct Environment: Sendable {
    private var variables: [(name: String, value: Octets)] = []

    /// The value of a variable; nil if there is none of that name.
    subscript(_ name: String) -> Octets? {
        get { variables.first { $0.name == name }?.value }
        set {
            variables.removeAll { $0.name == name }
            if let newValue { variables.append((name, newValue)) }
        }
    }

    /// Adds a variable; of several with one name the first counts, as for getenv(3).
    mutating func append(_ name: String, _ value: Octets) { variables.append((name, value)) }
}
