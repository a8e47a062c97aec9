import CTwine
import ToolKit
import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Prints the record of each URL that is done (`--write-out`, `--json`).
@Reactor
final class Reporter {
    private let format: WriteOut?
    private let printsJSON: Bool
    private let program: String
    private let log: LogOutput
    /// How many were printed.
    private var count = 0

    /// Prepares to print; nil where nothing is wanted.
    ///
    /// - Parameters:
    ///   - beyond: The options.
    ///   - program: The program's name.
    ///   - log: Where messages go: what was told before stands before what is printed.
    /// - Throws: Why the file that has the format cannot be read.
    init?(
        _ beyond: Settings.Beyond, program: String, log: LogOutput
    ) throws(SystemError) {
        guard beyond.writeOut != nil || beyond.printsJSON else { return nil }
        format = try beyond.writeOut.map { text throws(SystemError) in
            WriteOut(try Self.format(text))
        }
        printsJSON = beyond.printsJSON
        self.program = program
        self.log = log
    }

    /// A format: the text, or what is in the file behind `@`, without the ends of its lines, as in curl.
    static func format(_ text: Octets) throws(SystemError) -> [UInt8] {
        guard text.bytes.first == UInt8(ascii: "@") else { return text.bytes }
        let path = Octets(Array(text.bytes.dropFirst()))
        return try WholeFile.read(path, limit: 1 << 20).filter { ![0, 0x0a, 0x0d].contains($0) }
    }

    /// Prints one; they are to come in the order of the URLs.
    func print(_ record: TransferRecord) {
        log.flush()
        var record = record
        record.number = count
        count += 1
        for output in format?.outputs(of: record, program: program) ?? [] {
            switch output.place {
            case .standardOutput: StandardOutput.shared.write(output.octets)
            case .standardError: StandardError.write(output.octets)
            case .file(let path, let appends): write(output.octets, to: Octets(path), appends)
            }
        }
        if printsJSON { StandardOutput.shared.write(record.json + "\n") }
        StandardOutput.shared.flush()
    }

    private func write(_ octets: [UInt8], to path: Octets, _ appends: Bool) {
        do throws(SystemError) {
            try OutputDocument(path, appends ? .append : .overwrite).write(octets.span)
        } catch {
            StandardError.write(Array("\(program): \(path): \(error)\n".utf8))
        }
    }
}

extension StandardError {
    /// Writes octets in one piece.
    fileprivate static func write(_ octets: [UInt8]) {
        unsafe octets.withUnsafeBytes { unsafe twine_write_error($0.baseAddress, $0.count) }
    }
}
