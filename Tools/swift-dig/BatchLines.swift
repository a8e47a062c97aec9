import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The lines of a file, or of standard input, as they come.
@Reactor
final class BatchLines {
    /// How many lines were given.
    private(set) var number = 0
    private let file: Int32
    private let isRegular: Bool
    private var buffer: [UInt8] = []
    private var taken = 0
    /// Of a longer line the rest is left out, in octets.
    private static let maxLine = 1 << 20
    /// Whether the rest of a line is to be left out.
    private var isSkipping = false

    /// Opens a file, or standard input for `-`; nil when it cannot be opened.
    init?(_ path: String) {
        file = path == "-" ? 0 : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        var status = stat()
        isRegular = unsafe fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    deinit { if file > 0 { close(file) } }

    /// The next line, without its end; nil when more has to come first, or nothing will.
    func next() -> String? {
        while true {
            if let line = takeLine() {
                number += 1
                return line
            }
            guard !isAtEnd, isRegular else { return nil }
            add(Self.read(file))
        }
    }

    /// Whether there is nothing more.
    private(set) var isAtEnd = false
    private var reading: Deferred<Void>?

    /// Waits until more of the file has come, or its end.
    func more() async {
        guard !isAtEnd else { return }
        if reading == nil {
            // A pipe or terminal may keep one waiting, but not the loop.
            let file = file
            reading = deferToThread { Self.read(file) }.addBoth {
                [weak self] (result: Result<[UInt8], any Error>) -> Void in
                self?.reading = nil
                self?.add((try? result.get()) ?? [])
            }
        }
        try? await reading?.value
    }

    private func add(_ piece: [UInt8]) {
        if piece.isEmpty { isAtEnd = true }
        buffer.removeSubrange(..<taken)
        taken = 0
        buffer += piece
    }

    private func takeLine() -> String? {
        if isSkipping {
            guard let place = buffer[taken...].firstIndex(of: UInt8(ascii: "\n")) else {
                taken = buffer.count
                return nil
            }
            taken = place + 1
            isSkipping = false
        }
        let rest = buffer[taken...]
        let end: Int
        if let place = rest.firstIndex(of: UInt8(ascii: "\n")) {
            end = place
        } else if isAtEnd, !rest.isEmpty {
            end = buffer.count
        } else if rest.count > Self.maxLine {
            end = taken + Self.maxLine
            isSkipping = true
        } else {
            return nil
        }
        defer { taken = min(end + 1, buffer.count) }
        return String(decoding: buffer[taken..<end], as: UTF8.self)
    }

    nonisolated private static func read(_ file: Int32) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            unsafe count = max(0, readSome(file, buffer.baseAddress, buffer.count))
        }
    }
}
