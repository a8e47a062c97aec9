import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Surroundings {
    /// Files of settings that are larger are no such.
    private static let limit = 1 << 22

    /// Those of this process.
    static func ofProcess(_ program: String) -> Surroundings {
        let environment = environmentOfProcess()
        return Surroundings(
            program: program, environment: environment,
            home: environment["HOME"] ?? homeOfUser(),
            readFile: read, exists: { reason($0) == nil })
    }

    /// The words behind the program's name, as the shell handed them over.
    static func argumentsOfProcess() -> [Octets] {
        (1..<max(1, Int(Swift.CommandLine.argc))).compactMap { place in
            unsafe octets(Swift.CommandLine.unsafeArgv[place])
        }
    }

    private static func environmentOfProcess() -> Environment {
        var environment = Environment()
        var entry = unsafe environ
        while let text = unsafe octets(entry.pointee) {
            unsafe entry += 1
            guard let equals = text.bytes.firstIndex(of: UInt8(ascii: "=")) else { continue }
            environment.append(
                String(decoding: text.bytes[..<equals], as: UTF8.self),
                Octets(Array(text.bytes[(equals + 1)...])))
        }
        return environment
    }

    private static func homeOfUser() -> Octets? {
        guard let entry = unsafe getpwuid(getuid()) else { return nil }
        return unsafe octets(entry.pointee.pw_dir)
    }

    private static func octets(_ text: UnsafeMutablePointer<CChar>?) -> Octets? {
        guard let text = unsafe text else { return nil }
        let bytes = unsafe UnsafeBufferPointer(start: text, count: strlen(text))
        return unsafe Octets(bytes.map { UInt8(bitPattern: $0) })
    }

    /// Why a file cannot be read; nil if it can.
    ///
    /// What is no regular file cannot, as it is for wget.
    private static func reason(_ path: Octets) -> String? {
        let name = path.bytes.map { CChar(bitPattern: $0) } + [0]
        var status = stat()
        guard unsafe stat(name, &status) == 0 else { return "\(SystemError(errno: errno))" }
        guard status.st_mode & S_IFMT == S_IFREG else { return "\(SystemError(errno: EACCES))" }
        return unsafe access(name, R_OK) == 0 ? nil : "\(SystemError(errno: errno))"
    }

    @Sendable private static func read(_ path: Octets) -> FileText {
        if let reason = reason(path) { return .absent(reason: reason) }
        let name = path.bytes.map { CChar(bitPattern: $0) } + [0]
        let file = unsafe open(name, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return .unreadable(reason: "\(SystemError(errno: errno))") }
        defer { close(file) }
        var octets: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe readSome(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return .unreadable(reason: "\(SystemError(errno: errno))") }
            guard count > 0 else { return .text(octets) }
            octets += piece.prefix(count)
            guard octets.count <= limit else {
                return .unreadable(reason: "\(SystemError(errno: EFBIG))")
            }
        }
    }
}

/// read(2), by a name that no type has as well.
@unsafe
private func readSome(_ file: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(file, buffer, count)
}
