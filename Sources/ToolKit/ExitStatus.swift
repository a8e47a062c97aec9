/// What the program was called by, without its folder.
public var programName: String {
    CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "twine"
}

/// The number that a program ends with.
public struct ExitStatus: RawRepresentable, Hashable, Sendable {
    /// The number, 0 to 255.
    public let rawValue: Int32

    /// Makes a status.
    ///
    /// - Parameter rawValue: The number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// All went well.
    public static let success = Self(rawValue: 0)
    /// Some of several things failed.
    public static let partial = Self(rawValue: 1)
    /// The options make no sense, or the input cannot be read.
    public static let usage = Self(rawValue: 2)
    /// Ended by Ctrl-C, as shells count it.
    public static let interrupted = Self(rawValue: 130)
}
