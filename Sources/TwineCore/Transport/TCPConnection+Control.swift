// How a connection ends, and who may go on reading and writing until then.
extension TCPConnection {
    /// See ``StreamTransport``.
    public func loseConnection() {
        guard phase == .open, !flags.contains(.closing) else { return }
        flags.insert(.closing)
        interest.remove(.read)
        if output.isEmpty && production == nil { queue() } else { limitClosing() }
    }

    /// A peer that takes nothing for this long (seconds) while the connection closes is cut off.
    private static let closingLimit = 60.0

    private func limitClosing() {
        let waiting = output.count
        closeTimer = Reactor.callLater(Self.closingLimit) { [weak self] in
            guard let self, phase == .open else { return }
            if output.count < waiting || production != nil {
                limitClosing()
            } else {
                abortConnection()
            }
        }
    }

    /// See ``StreamTransport``.
    public func abortConnection() {
        guard phase == .open else { return }
        flags.insert(.aborting)
        interest = []
        queue()
    }

    /// See ``StreamTransport``.
    public func loseWriteConnection() {
        guard phase == .open, !flags.contains(.endingWrite) else { return }
        flags.insert(.endingWrite)
        if output.isEmpty && production == nil { queue() }
    }

    /// See ``StreamTransport``.
    public func pauseReading() {
        flags.insert(.readingPaused)
        interest.remove(.read)
    }

    /// See ``StreamTransport``.
    public func resumeReading() {
        flags.remove(.readingPaused)
        guard phase == .open, user != nil,
            flags.isDisjoint(with: [.closing, .aborting, .readEnded])
        else { return }
        interest.insert(.read)
    }

    /// See ``StreamTransport``.
    public func registerProducer(_ producer: any Producer, streaming: Bool) {
        guard acceptsWrites else { return producer.stopProducing() }
        let production = Production(producer, isStreaming: streaming)
        let former = self.production
        self.production = production
        former?.producer.stopProducing()
        if !streaming {
            producer.resumeProducing()
        } else if output.count > writeHighWatermark {
            production.pause()
        }
    }

    /// See ``StreamTransport``.
    public func unregisterProducer() {
        guard production != nil else { return }
        production = nil
        // A close may have waited for it.
        if phase == .open, !interest.contains(.write) { queue() }
    }
}
