import HTTPTypes
import TwineCore
import TwineHTTP

/// Fetches one file over several connections, from one place or many.
///
/// ```swift
/// let download = try SegmentedDownload(client, [source], size: size, validator: validator, path: path)
/// let outcome = try await download.run(first: response).value
/// ```
///
/// What is there already, by the journal beside the file, is not fetched again. It ends in success when all is
/// there and every piece is right, and the journal is gone then; in failure the journal stays, and another run
/// goes on with it.
@Reactor
final class SegmentedDownload {
    /// A place that has the file.
    struct Source: Sendable {
        /// The request for the whole of it.
        var request: HTTPClient.Request
        /// Lower ones are asked first.
        var priority = 0
        /// What `Authorization` says, where that is not the same in every request.
        var authorization: (@Reactor @Sendable () -> String?)?
    }

    /// How a file is fetched.
    struct Options {
        /// Connections in all.
        var connections = 4
        /// Connections to one place.
        var connectionsPerSource = 6
        /// The fewest octets that are worth a request of their own.
        var minimum = 1 << 20
        /// Attempts in a row that may bring nothing, for each place; 0 is without end.
        var tries = 20
        /// The most seconds to wait after an attempt that brought nothing.
        var waitRetry = 10.0
        /// The digests of the file's pieces.
        var pieces: PieceHashes?
        /// What holds octets to a rate.
        var limit: PacedTransfer.Limit?
        /// Octets at the file's beginning that are there, as the caller knows.
        var prefix = 0
        /// Whether there may be no file of that name.
        var mustBeNew = false
        /// Whether a file of that name stays as it is until all is there; then there is no journal.
        var replaces = false
        /// Where in the file the first response begins.
        var start = 0
        /// Whether the first response is taken as a whole, for the server sends no parts.
        var takesWhole = false
        /// Seconds between two times that what came is brought to the disk.
        var syncInterval = 30.0
    }

    /// What came of it.
    struct Outcome: Equatable, Sendable {
        /// Octets that were there before.
        var resumed = 0
        /// Octets that came from each place.
        var received: [Int]
        /// Connections to each place that brought octets.
        var transfers: [Int]
        /// Pieces that came wrong.
        var damaged = 0
    }

    /// Times in which those who have nothing to do look again, in seconds.
    private static let look = 0.25

    let client: HTTPClient
    let sources: [Source]
    let size: Int
    let options: Options
    let clock: any ReactorTime
    let file: SegmentFile
    var plan: SegmentPlan
    var mirrors: SegmentMirrors
    /// What the contents are known by at each place.
    var validators: [SegmentValidator?]
    var outcome: Outcome
    /// What each connection does, to be given up.
    var running: [Int: @Reactor () -> Void] = [:]
    /// What each connection has brought since it was begun.
    var bringing: [Int: Int] = [:]
    /// Where each connection leads.
    var places: [Int: Int] = [:]
    var checking: PieceChecking?
    /// Gets the number of octets whenever some are in the file.
    var received: (@Reactor (Int) -> Void)?
    var lastError: (any Error)?
    private let finished = Deferred<Void>()
    private var parked: [Deferred<Void>] = []
    private var ticker: DelayedCall?
    private var nextSync = 0.0
    private(set) var isOver = false

    /// Opens the file and its journal.
    ///
    /// - Parameters:
    ///   - client: Who fetches.
    ///   - sources: The places, at least one; the first is the one that `validator` is of.
    ///   - size: Octets of the file.
    ///   - validator: What the contents are known by.
    ///   - path: The file.
    ///   - options: How.
    ///   - clock: Whose time.
    /// - Throws: ``SegmentError/busy``, ``SegmentError/file(_:)``.
    init(
        _ client: HTTPClient, _ sources: [Source], size: Int, validator: SegmentValidator,
        path: Octets, options: Options = Options(), clock: any ReactorTime = Reactor.clock
    ) throws(SegmentError) {
        self.client = client
        self.sources = sources
        self.size = size
        self.clock = clock
        var options = options
        if options.pieces?.fits(size: size) != true { options.pieces = nil }
        self.options = options
        // Contents are known best by the digests of all pieces, wherever they come from.
        let url = options.pieces == nil ? sources.first?.request.url.serialization ?? "" : ""
        let identity = SegmentJournal.Identity(
            urlDigest: Checksum.Algorithm.sha256.checksum(of: Array(url.utf8))?.octets ?? [],
            size: size, validator: options.pieces?.identity ?? validator.ifRange ?? "")
        let replacement = options.replaces ? FileReplacement(path) : nil
        if let replacement {
            file = try SegmentFile(replacement, path, size: size)
        } else {
            file = try SegmentFile(
                path, identity, prefix: options.prefix, mustBeNew: options.mustBeNew)
        }
        let perSource = min(options.connectionsPerSource, client.options.maxConnectionsPerHost)
        mirrors = SegmentMirrors(
            priorities: sources.map(\.priority), limit: perSource, tries: options.tries,
            waitRetry: options.waitRetry)
        plan = SegmentPlan(
            size: size, done: file.done, connections: min(options.connections, mirrors.capacity),
            minimum: options.minimum)
        validators = [validator] + [SegmentValidator?](repeating: nil, count: sources.count)
        outcome = Outcome(
            resumed: file.done.count, received: sources.map { _ in 0 },
            transfers: sources.map { _ in 0 })
        checking = options.pieces.map { PieceChecking($0, self) }
    }

    /// Octets that are in the file.
    var present: Int { plan.done.count }

    /// Whether places were asked as often as they may be.
    var isExhausted: Bool { mirrors.first(.fails) != nil && !mirrors.isAnyLeft }

    /// Fetches what is missing.
    ///
    /// - Parameter first: A response to the first source's request for the file, or for its rest, whose body
    ///   has not been taken: one connection goes on with it.
    /// - Returns: What came of it. Cancelling stops, and leaves what another run goes on with.
    func run(first: HTTPClient.Response? = nil) -> Deferred<Outcome> {
        inlineCallbacks {
            defer {
                self.stop()
                self.file.unlock()
            }
            self.nextSync = self.clock.seconds() + self.options.syncInterval
            self.checking?.checkFound()
            self.tick()
            for connection in 0..<self.plan.connections {
                let response = connection == 0 ? first : nil
                _ = inlineCallbacks { await self.work(connection, response) }
            }
            self.endIfDone()
            do {
                try await self.finished.value
            } catch {
                self.stop()
                try? self.file.tell()
                self.file.giveUp()
                throw error
            }
            try self.file.finish()
            return self.outcome
        }
    }

    // MARK: Connections

    /// What one connection does, until all is over.
    private func work(_ connection: Int, _ first: HTTPClient.Response?) async {
        var first = first
        while !isOver {
            let response = first.take()
            let now = clock.seconds()
            guard let mirror = response == nil ? mirrors.choose(at: now) : mirrors.enter(0) else {
                if !mirrors.isAnyLeft, running.isEmpty { endInFailure(nil) }
                await park()
                continue
            }
            if let work = plan.assign(connection, at: now) {
                if let former = work.takenFrom { running[former]?() }
                await attempt(connection, mirror, work.range, response)
                plan.release(connection)
                mirrors.leave(mirror)
                wake()
            } else {
                response?.cancel()
                mirrors.leave(mirror)
                await park()
            }
        }
    }

    /// Waits until something has changed.
    private func park() async {
        guard !isOver else { return }
        let deferred = Deferred<Void>()
        parked.append(deferred)
        try? await deferred.value
    }

    func wake() {
        let waiting = parked
        parked = []
        for deferred in waiting { deferred.callback(()) }
    }

    /// Those who wait look whether anything is to be taken over, or whether a place can be asked again.
    private func tick() {
        ticker = clock.callLater(Self.look) { [weak self] in
            guard let self, !isOver else { return }
            tick()
            wake()
            guard clock.seconds() >= nextSync else { return }
            nextSync = clock.seconds() + options.syncInterval
            file.sync().addErrback { [weak self] in self?.endInFailure($0) }
        }
    }

    // MARK: The end

    /// Ends in success when all is there and right.
    func endIfDone() {
        guard !isOver, plan.isComplete, checking?.isIdle ?? true else { return }
        isOver = true
        finished.callback(())
    }

    /// Ends in failure.
    ///
    /// - Parameter error: Why; nil for what went wrong last.
    func endInFailure(_ error: (any Error)?) {
        guard !isOver else { return }
        isOver = true
        let fallback: SegmentError =
            mirrors.first(.changed) != nil
            ? .changed : mirrors.first(.sendsNoParts) != nil ? .noParts : .refused(status: 0)
        finished.errback(error ?? lastError ?? fallback)
    }

    private func stop() {
        isOver = true
        ticker.take()?.cancel()
        for cancel in Array(running.values) { cancel() }
        wake()
    }
}
