/// A producer that is registered with a transport, and whether it is held back.
///
/// Its own object: few connections have one, and what the producer does in its callbacks may end
/// the registration.
@Reactor
final class Production {
    let producer: any Producer
    let isStreaming: Bool
    /// Whether more will follow at once what is sent now.
    let isFile: Bool
    private var isPaused = false

    init(_ producer: any Producer, isStreaming: Bool) {
        self.producer = producer
        self.isStreaming = isStreaming
        isFile = producer is FileSender
    }

    /// More waits to be sent than there should.
    func pause() {
        guard isStreaming, !isPaused else { return }
        isPaused = true
        producer.pauseProducing()
    }

    /// There is room again.
    func resume() {
        guard isStreaming, isPaused else { return }
        isPaused = false
        producer.resumeProducing()
    }

    /// Nothing waits to be sent: one that does not stream makes its next piece.
    func ranDry() {
        if !isStreaming { producer.resumeProducing() }
    }
}
