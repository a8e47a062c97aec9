import Twine

/// Reads a page until its title is known.
@Reactor
final class TitleReader: BodyReceiver {
    let title = Deferred<String?>()
    private var scanner: TitleScanner
    private var left: Int

    init(contentType: String?, limit: Int) {
        scanner = TitleScanner(contentType: contentType)
        left = limit
    }

    func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
        if let found = scanner.receive(bytes.extracting(first: max(0, left))) {
            title.callback(found)
            return false
        }
        left -= bytes.count
        guard left <= 0 else { return true }
        // As much as is read at most has no title.
        title.callback(scanner.finish())
        return false
    }

    func bodyEnded(_ result: Result<Void, any Error>) {
        switch result {
        case .success: title.callback(scanner.finish())
        case .failure(let error): title.errback(error)
        }
    }
}

/// Reads a page into a tree as it arrives.
@Reactor
final class DocumentReader: BodyReceiver {
    let document = Deferred<HTMLDocument>()
    private var parser: HTMLDocumentParser?

    init(contentType: String?, limit: Int) {
        parser = HTMLDocumentParser(contentType: contentType, limit: limit)
    }

    func bodyReceived(_ bytes: Span<UInt8>) -> Bool {
        do throws(HTMLError) {
            try parser?.receive(bytes)
            return true
        } catch {
            document.errback(error)
            return false
        }
    }

    func bodyEnded(_ result: Result<Void, any Error>) {
        switch result {
        case .success:
            if let parser = parser.take() { document.callback(parser.finish()) }
        case .failure(let error): document.errback(error)
        }
    }
}
