import TwineCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension WARCArchive {
    /// What an archive is called, and how it is written.
    public struct Options: Sendable {
        /// The path of its files without what is put behind: `NAME.warc.gz`, `NAME.cdx`.
        public var name: String
        /// The edition of the format.
        public var version = WARCRecord.Version.warc10
        /// Whether each record is a gzip member of its own.
        public var compresses = true
        /// How hard to pack, 1 to 9; GNU Wget takes 9.
        public var level: Int32 = 9
        /// Whether records have digests.
        public var writesDigests = true
        /// Whether what the program logs is kept.
        public var keepsLog = true
        /// A file that has this many octets is followed by another; 0 is for one file of any size.
        public var maxSize = 0
        /// Whether there is an index.
        public var writesIndex = false
        /// What other archives have: of that, only the heads are written.
        public var duplicates: WARCDuplicates?
        /// More lines for the record about each file, as `operator: me`.
        public var headers: [String] = []
        /// Where blocks wait; by default `TMPDIR`, or `/tmp`.
        public var temporaryFolder: String
        /// What the program calls itself: `Wget/1.21.3 (linux-gnu)`.
        public var software = "Twine"
        /// Whether robots.txt was honoured.
        public var honoursRobots = true
        /// The program's arguments, as the record about each file has them.
        public var arguments = ""

        /// The options of an archive of that name.
        public init(_ name: String) {
            self.name = name
            let folder = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) }
            temporaryFolder = folder.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        }

        /// The name of the first file.
        public var fileName: String { fileName(number: 0) }

        private var end: String { compresses ? ".warc.gz" : ".warc" }

        /// The name of one file.
        func fileName(number: Int) -> String {
            guard maxSize > 0 else { return name + end }
            let digits = String(number)
            let zeros = String(repeating: "0", count: max(0, 5 - digits.utf8.count))
            return "\(name)-\(zeros)\(digits)\(end)"
        }

        /// The name of the file about the archive, where it has many.
        var metaFileName: String { "\(name)-meta\(end)" }

        /// What the record about each file says.
        ///
        /// WARC/1.0 §6.2.
        var warcinfoText: String {
            let (edition, document) =
                version == .warc10
                ? ("1.0", "http://bibnum.bnf.fr/WARC/WARC_ISO_28500_version1_latestdraft.pdf")
                : (
                    "1.1",
                    "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
                )
            let lines =
                [
                    "software: \(software)", "format: WARC File Format \(edition)",
                    "conformsTo: \(document)", "robots: \(honoursRobots ? "classic" : "off")",
                    "wget-arguments: \(arguments)",
                ] + headers
            return lines.map { $0 + "\r\n" }.joined() + "\r\n"
        }
    }
}

extension WARCDate {
    /// The moment by the system's clock.
    public static func now() -> WARCDate { WARCDate(secondsSince1970: time(nil)) }
}
