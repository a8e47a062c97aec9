import TwineDNS

extension DNSExtensions.Option {
    static func code(ofMnemonic: String) -> UInt16? { nil }
}
