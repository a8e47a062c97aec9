/// A descriptor in the loop: what it owns, what it waits for, and what it does when that comes.
@Reactor
public class WatchedDescriptor {
    @safe @exclusivity(unchecked) private var descriptor: Descriptor?
    let watched: WatchedDescriptors
    fileprivate var generation: UInt32 = 0
    /// What the poller knows.
    @safe @exclusivity(unchecked) fileprivate var registered: Readiness = []
    @safe @exclusivity(unchecked) fileprivate var isChanged = false
    /// What it waits for; the poller hears of changes once a turn.
    @safe @exclusivity(unchecked) var interest: Readiness = [] {
        didSet { if interest != oldValue { watched.noteChange(of: self) } }
    }

    init(_ descriptor: consuming Descriptor) {
        self.watched = Reactor.shared.loop.watched
        let number = descriptor.number
        self.descriptor = consume descriptor
        watched.add(self, number)
    }

    /// The descriptor's number; -1 once it is closed.
    var number: Int32 { descriptor?.number ?? -1 }
    var isClosed: Bool { descriptor == nil }

    /// Called when what it waits for has come; overridden by each kind.
    func serve(_ readiness: Readiness) {}

    /// Whether another process may hold the same socket or pipe.
    var mayBeShared: Bool { false }

    /// Closes the descriptor: exactly once, however often it is called.
    func close() {
        guard descriptor != nil else { return }
        if mayBeShared {
            interest = []
            watched.forgetShared(self, number)
        }
        watched.remove(self, number)
        descriptor = nil
    }
}

/// Who waits for which descriptor, and the poller that does the waiting.
@Reactor
@safe
final class WatchedDescriptors {
    private let poller: any Poller = makePoller()
    /// By descriptor number, which the kernel keeps small.
    @safe @exclusivity(unchecked) private var all: [WatchedDescriptor?] = []
    @safe @exclusivity(unchecked) private var changed: [WatchedDescriptor] = []
    private var generation: UInt32 = 0

    /// What every read of the loop goes into, and is lent from.
    let readBuffer: UnsafeMutableRawBufferPointer = .allocate(
        byteCount: readBufferOctets, alignment: 64)
    private static let readBufferOctets = 262_144
    /// What octets go through from sockets into files; nil until there are some, and where it cannot be
    /// made.
    var splicePipe: SplicePipe?
    /// What datagrams are received into, and what they are sent from.
    private(set) lazy var receivedDatagrams = DatagramBatch()
    private(set) lazy var sentDatagrams = DatagramBatch()
    /// Memory for what is written, of the last connection that had no more to send.
    @safe @exclusivity(unchecked) var spareOutput: [UInt8] = []
    unowned(unsafe) let loop: EventLoop

    init(_ loop: EventLoop) { unsafe self.loop = loop }

    fileprivate func add(_ descriptor: WatchedDescriptor, _ number: Int32) {
        let place = Int(number)
        if place >= all.count {
            all.append(contentsOf: repeatElement(nil, count: place + 1 - all.count))
        }
        generation &+= 1
        descriptor.generation = generation
        all[place] = descriptor
    }

    fileprivate func remove(_ descriptor: WatchedDescriptor, _ number: Int32) {
        all[Int(number)] = nil
        if !descriptor.registered.isEmpty {
            poller.forget(number, from: descriptor.registered)
        }
    }

    /// Tells the poller at once: the kernel would go on to watch what is open elsewhere.
    fileprivate func forgetShared(_ descriptor: WatchedDescriptor, _ number: Int32) {
        guard !descriptor.registered.isEmpty else { return }
        _ = poller.watch(number, from: descriptor.registered, to: [], token: 0)
        descriptor.registered = []
    }

    fileprivate func noteChange(of descriptor: WatchedDescriptor) {
        guard !descriptor.isChanged else { return }
        descriptor.isChanged = true
        changed.append(descriptor)
    }

    /// Tells the poller what has changed since the last turn.
    ///
    /// - Returns: Whether it has taken all; the rest is for the next turn.
    private func applyChanges() -> Bool {
        guard !changed.isEmpty else { return true }
        var refused: [WatchedDescriptor] = []
        for descriptor in changed {
            descriptor.isChanged = false
            let interest = descriptor.interest
            guard !descriptor.isClosed, interest != descriptor.registered else { continue }
            let number = descriptor.number
            let token = UInt64(descriptor.generation) << 32 | UInt64(UInt32(bitPattern: number))
            if poller.watch(number, from: descriptor.registered, to: interest, token: token) {
                descriptor.registered = interest
            } else {
                descriptor.isChanged = true
                refused.append(descriptor)
            }
        }
        if refused.isEmpty {
            changed.removeAll(keepingCapacity: true)
        } else {
            changed = refused
        }
        return refused.isEmpty
    }

    /// How long to wait, in seconds, before the system is asked again for what it had no room for.
    private static let restAfterRefusal = 0.1

    /// Waits once and serves what is ready.
    func wait(atMost seconds: Double?, _ serve: (WatchedDescriptor, Readiness) -> Void) {
        var seconds = seconds
        if !applyChanges() { seconds = min(seconds ?? .infinity, Self.restAfterRefusal) }
        poller.wait(atMost: seconds) { token, readiness in
            // An earlier event of this batch may have closed the descriptor, and its number may
            // belong to another one by now.
            let place = Int(token & 0xffff_ffff)
            guard place < all.count, let descriptor = all[place],
                descriptor.generation == UInt32(token >> 32)
            else { return }
            serve(descriptor, readiness)
        }
    }

    /// How many descriptors the loop holds, its own wake-up among them.
    var count: Int { all.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }
}
