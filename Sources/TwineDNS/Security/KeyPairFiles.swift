/// The two files of a key that dnssec-keygen writes: `K….key` and `K….private`.
struct KeyPairFiles {
    /// The record of the public half; for a shared secret it holds that.
    let record: DNSRecord
    let algorithm: UInt8
    private let fields: [String: [UInt8]]
    private let privateName: String?

    /// Reads both.
    ///
    /// - Parameters:
    ///   - publicKey: The octets of `K….key`: a KEY record.
    ///   - privateKey: Those of `K….private`: a line for each number, in base 64.
    ///   - name: What both files' names begin with, up to the last dot; for errors.
    /// - Throws: ``DNSTextError``.
    init(publicKey: [UInt8], privateKey: [UInt8], name: String?) throws(DNSTextError) {
        privateName = name.map { "\($0).private" }
        record = try Self.record(publicKey, file: name.map { "\($0).key" })
        algorithm = record.rdata[3]
        fields = try Self.fields(privateKey, algorithm, file: privateName)
    }

    private static func record(_ text: [UInt8], file: String?) throws(DNSTextError) -> DNSRecord {
        var reader = ZoneReader(text, timeToLive: 0)
        do throws(DNSTextError) {
            guard let record = try reader.next() else {
                throw DNSTextError(line: 1, column: 1, reason: "no record is there")
            }
            guard record.type == .key || record.type == .dnskey, record.rdata.count > 4 else {
                throw DNSTextError(line: 1, column: 1, reason: "the record is not KEY, with a key")
            }
            return record
        } catch {
            var error = error
            error.file = file
            throw error
        }
    }

    private static func fields(
        _ text: [UInt8], _ algorithm: UInt8, file: String?
    ) throws(DNSTextError) -> [String: [UInt8]] {
        var fields: [String: [UInt8]] = [:]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            func error(_ reason: String) -> DNSTextError {
                DNSTextError(file: file, line: index + 1, column: 1, reason: reason)
            }
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard parts.count == 2 else { throw error("a name, a colon and a value are expected") }
            let name = String(decoding: parts[0], as: UTF8.self)
            let value = parts[1].drop { $0 == 32 || $0 == 9 }
                .prefix { $0 > 32 }
            switch name {
            case "Private-key-format":
                guard value.starts(with: "v1.".utf8) else { throw error("unknown format") }
            case "Algorithm":
                let number = DNSNumber.parse(String(decoding: value, as: UTF8.self), most: 255)
                guard number == Int(algorithm) else {
                    throw error("the algorithm is not \(algorithm), that of the public key")
                }
            case "Created", "Publish", "Activate", "Revoke", "Inactive", "Delete", "DSPublish",
                "SyncPublish", "SyncDelete", "Engine", "Label", "Predecessor", "Successor":
                break
            default:
                guard let octets = DNSLetters.base64.decode(value) else {
                    throw error("the value of \(name) is not in base 64")
                }
                fields[name] = octets
            }
        }
        return fields
    }

    /// The value of a line that must be there.
    func field(_ name: String) throws(DNSTextError) -> [UInt8] {
        guard let octets = fields[name], !octets.isEmpty else { throw error("\(name) is missing") }
        return octets
    }

    /// The value of a line that need not be there.
    func optionalField(_ name: String) -> [UInt8]? { fields[name] }

    /// An error of the private half as a whole.
    func error(_ reason: String) -> DNSTextError {
        DNSTextError(file: privateName, line: 1, column: 1, reason: reason)
    }
}

extension TransactionKey {
    /// Makes the key of an old pair of files that both hold a shared secret; nil for other kinds.
    init?(_ files: KeyPairFiles) throws(DNSTextError) {
        guard let algorithm = TransactionAlgorithm(keyFileNumber: files.algorithm) else {
            return nil
        }
        let bits = files.optionalField("Bits").map { $0.reduce(0) { $0 << 8 & 0xffff | Int($1) } }
        self.init(
            name: files.record.name, algorithm: algorithm, secret: try files.field("Key"),
            signatureLength: bits.map { ($0 + 7) / 8 })
    }
}
