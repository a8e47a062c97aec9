import TwineCore
import TwineTLS

/// The connections of a resolver to its servers: kept for a while, for the questions to come.
///
/// RFC 7766 §6.2, RFC 7858 §3.4.
@Reactor
final class ChannelPool {
    private let tls: TLSOptions
    private let clock: any ReactorTime
    private var kept: [NameServer: PooledChannel] = [:]
    /// Made once each: to load the system's authorities costs milliseconds.
    private var strict: TLSContext?
    private var opportunistic: TLSContext?

    init(tls: TLSOptions = TLSOptions(), clock: any ReactorTime) {
        self.tls = tls
        self.clock = clock
    }

    /// A channel to a server: the one that others use, or a new one.
    func channel(
        to server: NameServer, from bindAddress: IPAddress?
    ) throws(DNSChannelError) -> PooledChannel {
        if let channel = kept[server], channel.isUsable { return channel }
        // Servers that are asked no more leave nothing behind.
        kept = kept.filter { $0.value.isUsable }
        let channel = PooledChannel(try open(server, from: bindAddress), clock)
        kept[server] = channel
        return channel
    }

    private func open(
        _ server: NameServer, from bindAddress: IPAddress?
    ) throws(DNSChannelError) -> any DNSChannel {
        let isOfFamily = bindAddress?.isIPv6 == server.ip?.isIPv6
        let local = isOfFamily ? bindAddress.map { SocketAddress.ip($0, port: 0) } : nil
        switch server {
        case .plain(let address): return StreamChannel(to: address, from: local, clock: clock)
        case .tls(let address, let host):
            let security = StreamChannel.Security(
                try context(isStrict: host != nil), host: host ?? address.ip.map { "\($0)" } ?? "")
            return StreamChannel(
                to: address, from: local, security: security, clock: clock)
        case .channel(_, let make): return try make(clock)
        }
    }

    private func context(isStrict: Bool) throws(DNSChannelError) -> TLSContext {
        if let context = isStrict ? strict : opportunistic { return context }
        var options = tls
        options.applicationProtocols = ["dot"]
        if !isStrict { options.verifies = false }
        do throws(TLSError) {
            let context = try TLSContext(.client, options)
            if isStrict { strict = context } else { opportunistic = context }
            return context
        } catch {
            throw .notSecure(error)
        }
    }
}

/// One channel, with how many wait on it, and what became of it.
@Reactor
final class PooledChannel {
    private let channel: any DNSChannel
    private let clock: any ReactorTime
    private var users = 0
    private var idle: DelayedCall?
    /// How many replies it has brought.
    private(set) var replies = 0
    /// Whether a next question may go there.
    private(set) var isUsable = true

    /// How long it stays open when nobody waits, in seconds: what the questions of one page need, and
    /// as long as many servers allow.
    static let idleTime = 10.0
    /// A channel that brought nothing at all for so long, while somebody lost patience, is not trusted
    /// with further questions, in seconds: a router on the way may have forgotten the connection.
    private static let silence = 1.0
    /// Who waits has a limit of its own: this one is only never sooner.
    private static let timeout = 3600.0

    init(_ channel: any DNSChannel, _ clock: any ReactorTime) {
        self.channel = channel
        self.clock = clock
    }

    /// When a query leaves, and how many replies there were before.
    struct Departure {
        let time: Double
        let replies: Int
    }

    /// What is now, for a query that is about to leave.
    var departure: Departure { Departure(time: clock.seconds(), replies: replies) }

    /// Sends a query of somebody who calls ``leave(_:_:)`` or ``replied()`` once in the end.
    func send(_ query: [UInt8], to receiver: any DNSReplyReceiver) {
        users += 1
        idle.take()?.cancel()
        sendAgain(query, to: receiver)
    }

    /// Sends the query of somebody who waits already.
    func sendAgain(_ query: [UInt8], to receiver: any DNSReplyReceiver) {
        channel.send(query, timeout: Self.timeout, to: receiver)
    }

    /// Somebody has got a reply, and waits no more.
    func replied() {
        replies += 1
        userLeft()
    }

    /// Somebody waits no more, without a reply.
    func leave(_ receiver: any DNSReplyReceiver, _ departure: Departure) {
        channel.forget(receiver)
        noteSilence(since: departure)
        userLeft()
    }

    /// Somebody who has sent a query then sends it once more, or gives up.
    func noteSilence(since departure: Departure) {
        let isSilent = replies == departure.replies
        if isSilent, clock.seconds() - departure.time >= Self.silence { isUsable = false }
    }

    private func userLeft() {
        users -= 1
        guard users == 0 else { return }
        guard isUsable, replies > 0 else { return close() }
        // It holds the channel: that is closed although nobody else knows it any more.
        idle = clock.callLater(Self.idleTime) { self.close() }
    }

    private func close() {
        isUsable = false
        idle.take()?.cancel()
        channel.close()
    }
}
