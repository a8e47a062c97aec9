import HTTPTypes
import TwineCore
import TwineHTTP

extension SegmentedDownload {
    /// An attempt that brings less counts as one that brought nothing: a server that sends a little each time
    /// would be asked without end.
    private static let worthwhile = 65_536

    /// One request, and what its response brings.
    ///
    /// - Parameters:
    ///   - connection: Who asks.
    ///   - mirror: Whom.
    ///   - range: What for.
    ///   - given: A response that is there already.
    func attempt(
        _ connection: Int, _ mirror: Int, _ range: Range<Int>, _ given: HTTPClient.Response?
    ) async {
        bringing[connection] = 0
        let began = clock.seconds()
        defer {
            running[connection] = nil
            bringing[connection] = nil
        }
        do {
            if let given, options.takesWhole {
                return try await takeWhole(given, connection, mirror)
            }
            if let given, range.lowerBound == options.start {
                return try await take(given, connection, mirror, range.lowerBound..<size)
            }
            given?.cancel()
            let asked = client.request(request(mirror, range))
            running[connection] = { asked.cancel() }
            let response = try await asked.value
            try await judge(response, connection, mirror, range, began)
        } catch is CancelledError {
            // Somebody else fetches it now, or all is over.
        } catch let error as SegmentError {
            endInFailure(error)
        } catch {
            lastError = error
            noteFailure(connection, mirror, began)
        }
    }

    private func request(_ mirror: Int, _ range: Range<Int>) -> HTTPClient.Request {
        var request = sources[mirror].request
        request.fields[.range] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
        request.fields[.ifRange] = validators[mirror]?.ifRange
        request.fields[.acceptEncoding] = "identity"
        if let authorization = sources[mirror].authorization {
            request.fields[.authorization] = authorization()
        }
        return request
    }

    /// Notes an attempt that ended before its time.
    private func noteFailure(_ connection: Int, _ mirror: Int, _ began: Double) {
        // What broke off in the middle is begun again at once: it may be the server's way.
        guard bringing[connection] ?? 0 < Self.worthwhile else { return }
        mirrors.failed(
            mirror, whileOthers: others(than: connection, at: mirror), began: began,
            at: clock.seconds())
        if !mirrors.isAnyLeft, running.count <= 1 { endInFailure(nil) }
    }

    /// How many other connections to a place bring octets.
    private func others(than connection: Int, at mirror: Int) -> Int {
        bringing.filter { $0.key != connection && $0.value > 0 && places[$0.key] == mirror }.count
    }

    private func judge(
        _ response: HTTPClient.Response, _ connection: Int, _ mirror: Int, _ range: Range<Int>,
        _ began: Double
    ) async throws {
        let answer = SegmentAnswer(
            status: response.status.code, fields: response.fields, to: range, of: size,
            known: validators[mirror], length: response.contentLength)
        if answer == .part {
            if validators[mirror] == nil { validators[mirror] = SegmentValidator(response.fields) }
            return try await take(response, connection, mirror, range)
        }
        // While others are served, a refusal means that there are too many.
        let others = others(than: connection, at: mirror)
        switch answer {
        case .part, .later: break
        case .changed:
            mirrors.judge(mirror, .changed)
            // What the others still bring is of a file that nobody has as a whole any more.
            if !mirrors.isAnyLeft { throw SegmentError.changed }
        case .whole where others == 0:
            mirrors.judge(mirror, .sendsNoParts)
            guard mirrors.isAnyLeft || running.count > 1 else {
                return try await takeWhole(response, connection, mirror)
            }
        case .refused where others == 0: mirrors.judge(mirror, .refuses)
        case .whole, .refused: break
        }
        response.cancel()
        if mirrors.mirrors[mirror].verdict == nil {
            mirrors.failed(mirror, whileOthers: others, began: began, at: clock.seconds())
        }
        if answer == .refused || answer == .later {
            lastError = SegmentError.refused(status: response.status.code)
        } else if answer == .changed {
            lastError = SegmentError.changed
        }
    }

    /// Puts the octets of a response into their place.
    private func take(
        _ response: HTTPClient.Response, _ connection: Int, _ mirror: Int, _ sent: Range<Int>
    ) async throws {
        places[connection] = mirror
        outcome.transfers[mirror] += 1
        let transfer = PacedTransfer(response, limit: options.limit, clock: clock) {
            [weak self] octets in
            guard let self, let rest = plan.rest(of: connection) else { return false }
            let count = min(octets.count, rest.count)
            try file.write(octets.extracting(0..<count), at: rest.lowerBound)
            let range = plan.received(count, by: connection, at: clock.seconds())
            brought(range, by: connection, from: mirror)
            // What ends where its part does is read to its end: then the connection can be used again.
            return plan.rest(of: connection) != nil || range.upperBound == sent.upperBound
        }
        running[connection] = { transfer.cancel() }
        try await transfer.ended.value
    }

    /// Takes a whole file, from the only place that is left and sends no parts.
    private func takeWhole(
        _ response: HTTPClient.Response, _ connection: Int, _ mirror: Int
    ) async throws {
        var place = 0
        outcome.transfers[mirror] += 1
        let transfer = PacedTransfer(response, limit: options.limit, clock: clock) {
            [weak self] octets in
            guard let self, place + octets.count <= size else { return false }
            let range = place..<place + octets.count
            place = range.upperBound
            for gap in plan.done.gaps(in: range) {
                let start = gap.lowerBound - range.lowerBound
                try file.write(octets.extracting(start..<start + gap.count), at: gap.lowerBound)
                plan.found(gap)
                brought(gap, by: connection, from: mirror)
            }
            return true
        }
        running[connection] = { transfer.cancel() }
        do {
            try await transfer.ended.value
        } catch {
            lastError = error
            throw error
        }
        if !plan.isComplete { endInFailure(SegmentError.noParts) }
    }

    private func brought(_ range: Range<Int>, by connection: Int, from mirror: Int) {
        bringing[connection, default: 0] += range.count
        if bringing[connection] ?? 0 >= Self.worthwhile || plan.rest(of: connection) == nil {
            mirrors.progressed(mirror)
        }
        outcome.received[mirror] += range.count
        received?(range.count)
        checking?.arrived(range, from: mirror)
        endIfDone()
    }
}
