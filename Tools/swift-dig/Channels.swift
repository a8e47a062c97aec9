import TwineCore
import TwineDNS
import TwineHTTP
import TwineTLS

/// The connections to servers.
@Reactor
final class Channels {
    /// The ids of queries.
    var ids = RandomIDs()
    private let settings: Settings
    /// Whether datagrams of many lookups share one socket.
    private let sharesDatagrams: Bool
    private var shared: [Key: any DNSChannel] = [:]
    /// The one that was asked for last: in a batch it is nearly always the next one, too.
    private var last: (key: Key, channel: any DNSChannel)?
    private var contexts: [TLSOptions: TLSContext] = [:]

    private struct Key: Hashable {
        let address: SocketAddress
        let isStream: Bool
        let tls: TLSOptions?
        let httpPath: String?
    }

    init(_ settings: Settings, sharesDatagrams: Bool) {
        self.settings = settings
        self.sharesDatagrams = sharesDatagrams
    }

    /// A channel for one query, and whether it is only for that.
    func channel(
        _ lookup: Lookup, _ server: Server, _ address: SocketAddress
    ) throws(DNSChannelError) -> (any DNSChannel, ownsIt: Bool) {
        let isShared = lookup.usesTCP ? settings.keepsOpen : sharesDatagrams
        let key = Key(
            address: address, isStream: lookup.usesTCP,
            tls: lookup.isTLS || lookup.httpPath != nil ? Self.options(lookup, server) : nil,
            httpPath: lookup.httpPath)
        if isShared, let last, last.key == key { return (last.channel, false) }
        guard isShared else { return (try make(lookup, server, address), true) }
        let made: any DNSChannel
        if let kept = shared[key] { made = kept } else { made = try make(lookup, server, address) }
        shared[key] = made
        last = (key, made)
        return (made, false)
    }

    private func make(
        _ lookup: Lookup, _ server: Server, _ address: SocketAddress
    ) throws(DNSChannelError) -> any DNSChannel {
        guard lookup.usesTCP else {
            return DatagramChannel(
                to: address, from: settings.bindAddress,
                header: lookup.proxy?.header(isDatagram: true) ?? [])
        }
        let header = lookup.proxy?.header(isDatagram: false) ?? []
        if let path = lookup.httpPath {
            let isPlain = lookup.proxy?.isPlain == true || lookup.isPlainHTTP
            return HTTPSChannel(
                to: address, from: settings.bindAddress,
                host: lookup.tlsHostName ?? server.name, path: path,
                method: lookup.usesGet ? .get : .post,
                tls: lookup.isPlainHTTP ? nil : try context(lookup, server),
                preamble: isPlain ? header : [], header: isPlain ? [] : header)
        }
        guard lookup.isTLS else {
            return StreamChannel(to: address, from: settings.bindAddress, header: header)
        }
        let isPlain = lookup.proxy?.isPlain == true
        let security = StreamChannel.Security(
            try context(lookup, server), host: lookup.tlsHostName ?? server.name)
        return StreamChannel(
            to: address, from: settings.bindAddress, security: security,
            preamble: isPlain ? header : [], header: isPlain ? [] : header)
    }

    private func context(_ lookup: Lookup, _ server: Server) throws(DNSChannelError) -> TLSContext {
        guard (lookup.certificateFile == nil) == (lookup.keyFile == nil) else {
            throw .broken("both must be given")
        }
        let options = Self.options(lookup, server)
        if let context = contexts[options] { return context }
        do throws(TLSError) {
            let context = try TLSContext(.client, options)
            contexts[options] = context
            return context
        } catch {
            throw .notSecure(error)
        }
    }

    private static func options(_ lookup: Lookup, _ server: Server) -> TLSOptions {
        var options = TLSOptions()
        // As in dig, an address alone is no name that a certificate must be for.
        options.verifiesName = lookup.tlsHostName != nil || IPAddress(server.name) == nil
        options.verifies = lookup.checksTLS
        options.trustsSystem = lookup.checksTLS && lookup.authoritiesFile == nil
        options.authoritiesFile = lookup.authoritiesFile
        options.certificateFile = lookup.certificateFile
        options.privateKeyFile = lookup.keyFile
        options.applicationProtocols =
            lookup.httpPath == nil ? ["dot"] : HTTPSChannel.applicationProtocols
        return options
    }

    /// Closes those that are kept.
    func close() {
        for channel in shared.values { channel.close() }
        shared = [:]
    }
}
