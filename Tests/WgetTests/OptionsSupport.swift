import Testing

@testable import swift_wget

/// What command lines are read in, in these tests: no files, a locale of UTF-8.
func surroundings(
    _ environment: [String: String] = ["LC_ALL": "C.UTF-8"], files: [String: String] = [:],
    home: String? = nil
) -> Surroundings {
    let texts = Dictionary(
        uniqueKeysWithValues: files.map { (Octets($0.key), Array($0.value.utf8)) })
    return Surroundings(
        environment: Environment(environment), home: home.map { Octets($0) },
        readFile: { path in
            texts[path].map { .text($0) } ?? .absent(reason: "No such file or directory")
        },
        exists: { texts[$0] != nil })
}

/// Reads a command line that is about to retrieve something.
func settings(
    _ arguments: [String], _ surroundings: Surroundings = surroundings()
) throws -> Settings {
    let outcome = try CommandLineParser.parse(arguments.map { Octets($0) }, surroundings)
    guard case .retrieve(let settings) = outcome.request else {
        throw UsageError(text: "\(outcome.request)", status: 0)
    }
    return settings
}

/// What is told before anything is retrieved.
func notes(
    _ arguments: [String], _ surroundings: Surroundings = surroundings()
) throws -> String {
    try CommandLineParser.parse(arguments.map { Octets($0) }, surroundings).notes
}

/// What a command line is refused with.
func refusal(
    _ arguments: [String], _ surroundings: Surroundings = surroundings()
) -> UsageError? {
    do {
        _ = try CommandLineParser.parse(arguments.map { Octets($0) }, surroundings)
        return nil
    } catch {
        return error
    }
}

/// The members of settings with what they are, as `download.tries` and `3`.
func settingsMembers(_ value: Any, _ name: String = "") -> [String: String] {
    let mirror = Mirror(reflecting: value)
    // Only what is made of members is taken apart; words and lists are told as they are.
    guard mirror.displayStyle == .struct, !(value is any CustomStringConvertible) else {
        let isOptional = mirror.displayStyle == .optional
        let inner: Any? = isOptional ? mirror.children.first?.value : value
        let text = inner.map { "\($0)" } ?? "nil"
        return [name: text.replacing("swift_wget.Settings.", with: "")]
    }
    return mirror.children.reduce(into: [:]) { all, child in
        let path = name.isEmpty ? child.label ?? "" : "\(name).\(child.label ?? "")"
        all.merge(settingsMembers(child.value, path)) { first, _ in first }
    }
}

/// What options change of the settings, as `download.tries=3`.
func changes(
    _ arguments: [String], _ surroundings: Surroundings = surroundings()
) throws -> [String] {
    let before = settingsMembers(try settings(["u"]))
    return settingsMembers(try settings(arguments + ["u"], surroundings))
        .filter { before[$0.key] != $0.value }.map { "\($0.key)=\($0.value)" }.sorted()
}

/// How the program is used.
let usageLine = "Usage: swift-wget [OPTION]... [URL]...\n"
let adviceLine = "\nTry `swift-wget --help' for more options.\n"

extension Environment {
    init(_ variables: [String: String]) {
        self.init()
        for (name, value) in variables { append(name, Octets(value)) }
    }
}
