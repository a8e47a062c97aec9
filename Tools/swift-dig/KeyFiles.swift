import ToolKit
import TwineDNS

/// The keys that the command line names.
enum KeyFiles {
    /// The key of `-k FILE` or `-y KEY`; nil without one, or when it is none, which is told.
    static func key(_ settings: Settings) throws(CommandLineParser.Stop) -> QueryKey? {
        if let path = settings.keyFile { return read(path) }
        guard let text = settings.keyText else { return nil }
        do throws(TransactionKeyError) {
            return .transaction(try TransactionKey(text))
        } catch {
            switch error {
            case .formInvalid: throw .usage
            case .algorithmUnknown(let name):
                CommandLineParser.warn(";; Warning, ignoring invalid TSIG algorithm \(name)")
                let key = text.split(separator: ":").dropFirst().first ?? ""
                StandardOutput.shared.write(
                    ";; Couldn't create key \(key): algorithm is unsupported\n")
            case .bitsInvalid: throw .fatal("\(error)", status: 1)
            case .nameInvalid(let name, let reason):
                StandardOutput.shared.write(
                    ";; Couldn't create key \(name): \(Printer.reason(reason))\n")
            case .secretInvalid(let name):
                StandardOutput.shared.write(
                    ";; Couldn't create key \(name): bad base64 encoding\n")
            }
            return nil
        }
    }

    /// Reads a statement as tsig-keygen(8) writes it, or the pair of files of dnssec-keygen(1).
    private static func read(_ path: String) -> QueryKey? {
        let name = [".key", ".private", "."].first { path.hasSuffix($0) }
        let base = name.map { String(path.dropLast($0.utf8.count)) } ?? path
        do throws(DNSTextError) {
            if let publicKey = SystemText.read("\(base).key"),
                let privateKey = SystemText.read("\(base).private")
            {
                return try QueryKey(
                    publicKey: Array(publicKey.utf8), privateKey: Array(privateKey.utf8),
                    name: base)
            }
            guard let text = SystemText.read(path) else {
                CommandLineParser.warn("Couldn't read key from \(path): file not found")
                return nil
            }
            return .transaction(try TransactionKey(statement: Array(text.utf8)))
        } catch {
            CommandLineParser.warn("Couldn't read key from \(path): \(error)")
            return nil
        }
    }
}
