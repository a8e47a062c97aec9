import ToolKit
import TwineCore
import TwineHTML

/// Prints parts of pages, in the order of their URLs, instead of saving them.
@Reactor
final class PageExtraction {
    /// Longer pages are refused, in octets: no page that people read is so long.
    private static let limit = 16 << 20

    private let session: Session
    private let wanted: [PageParts.Extraction]
    private var printed = OrderedOutput()

    /// Reads what is wanted; nil when pages are to be saved.
    ///
    /// - Throws: What is wrong with an expression.
    init?(_ session: Session) throws(SetUp.Failure) {
        guard !session.settings.beyond.extractions.isEmpty else { return nil }
        self.session = session
        var wanted: [PageParts.Extraction] = []
        do throws(HTMLError) {
            for extraction in session.settings.beyond.extractions {
                wanted.append(try PageParts.Extraction(extraction))
            }
        } catch {
            throw SetUp.Failure(text: "\(error)", status: 2)
        }
        self.wanted = wanted
    }

    /// A place among those that are printed, to be filled by ``run(_:_:at:)``.
    func reserve() -> Int { printed.reserve() }

    /// Fetches a page and prints its parts, once those before it are printed.
    ///
    /// - Parameters:
    ///   - url: The page.
    ///   - log: What is told.
    ///   - place: Its place.
    /// - Returns: What became of it, and its parts.
    func run(
        _ url: WgetURL, _ log: Log, at place: Int
    ) async -> (file: RetrievedFile, parts: PageParts?) {
        let (purpose, document) = Purpose.memory(session, limit: Self.limit)
        var file = await Retrieval(session, log, purpose).run(url)
        var parts: PageParts?
        if file.isSuccess {
            do throws(HTMLError) {
                let found = try PageParts(
                    of: document.contents ?? [], charset: file.charset, at: file.url, wanted)
                parts = found
                for name in found.missing { fail(&file, "no \(name) in it", log) }
            } catch {
                fail(&file, "\(error)", log)
            }
        }
        // The record of the URL has them otherwise.
        write(session.settings.beyond.printsJSON ? "" : parts?.text ?? "", at: place)
        return (file, parts)
    }

    private func fail(_ file: inout RetrievedFile, _ reason: String, _ log: Log) {
        log.tell(.notQuiet, "\(session.program): \(file.url.text()): \(reason)\n")
        file.isSuccess = false
        file.failure = .partMissing
    }

    private func write(_ text: String, at place: Int) {
        let due = printed.fill(place, text)
        guard !due.isEmpty else { return }
        guard let document = session.document, document.path != "-" else {
            StandardOutput.shared.write(due)
            StandardOutput.shared.flush()
            return
        }
        do throws(SystemError) {
            try document.write(Array(due.utf8).span)
        } catch {
            session.log.tell(.notQuiet, "\(document.path): \(error)\n")
            session.status.add(.cannotWrite)
        }
    }
}

/// Texts that are ready in any order, and given out in that of their places.
struct OrderedOutput {
    private var waiting: [Int: String] = [:]
    private var reserved = 0
    private var next = 0

    /// The next place.
    mutating func reserve() -> Int {
        reserved += 1
        return reserved - 1
    }

    /// Fills a place.
    ///
    /// - Returns: All that can be given out now.
    mutating func fill(_ place: Int, _ text: String) -> String {
        waiting[place] = text
        var due = ""
        while let text = waiting.removeValue(forKey: next) {
            due += text
            next += 1
        }
        return due
    }
}
