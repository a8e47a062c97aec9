import HTTPTypes
import TwineCore

/// Tells an observer what travels over a connection, octet by octet.
@Reactor
final class ObservedMessages {
    let observer: any HTTPRequestObserver
    /// The octets of a head that is not whole yet.
    private var head: [UInt8] = []
    private var isHeadComplete = false

    init(_ observer: any HTTPRequestObserver) {
        self.observer = observer
    }

    func headSent(_ octets: Span<UInt8>) {
        observer.sent(octets)
        observer.requestSent(head: octets)
    }

    /// A body whose octets were all there.
    func bodySent(_ octets: Span<UInt8>) {
        if !octets.isEmpty { observer.sent(octets) }
        observer.requestComplete()
    }

    /// Reads on, and tells what was read.
    func nextEvent(
        of parser: inout HTTPParser, in input: Span<UInt8>, at offset: inout Int
    ) throws(HTTPError) -> HTTPEvent? {
        if isHeadComplete, !observer.hearsBodies {
            return try parser.nextEvent(in: input, at: &offset)
        }
        let start = offset
        let event: HTTPEvent?
        do throws(HTTPError) {
            event = try parser.nextEvent(in: input, at: &offset)
        } catch {
            tell(input.extracting(start..<offset))
            throw error
        }
        tell(input.extracting(start..<offset))
        switch event {
        case .informational(let response): informational(response)
        case .response(let response, let framing):
            // Without one, what was read is the body's.
            if !framing.hasHead { head = [] }
            headReceived(response)
        default: break
        }
        return event
    }

    func informational(_ response: HTTPResponse) {
        observer.informational(response, octets: head.span)
        head = []
    }

    func headReceived(_ response: HTTPResponse) {
        isHeadComplete = true
        observer.headReceived(response, octets: head.span)
        head = []
    }

    private func tell(_ octets: Span<UInt8>) {
        guard !octets.isEmpty else { return }
        if !isHeadComplete { head.appendOctets(octets) }
        observer.received(octets)
    }
}
