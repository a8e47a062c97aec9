import TwineCore

/// Checks each piece of a file when it is there, on a thread, and lets go of what is not right.
@Reactor
final class PieceChecking {
    /// So often a piece may come wrong.
    private static let attempts = 4

    private let hashes: PieceHashes
    private unowned let download: SegmentedDownload
    /// Who sent parts of the pieces that are not checked yet.
    private var senders: [Int: Set<Int>] = [:]
    private var wrong: [Int: Int] = [:]
    private var right: Set<Int> = []
    private var checks = 0

    /// Begins without any piece.
    ///
    /// - Parameters:
    ///   - hashes: What the pieces should be.
    ///   - download: Whose pieces.
    init(_ hashes: PieceHashes, _ download: SegmentedDownload) {
        self.hashes = hashes
        self.download = download
    }

    /// Whether no check is under way.
    var isIdle: Bool { checks == 0 }

    /// Checks what was there before: nobody knows how good it is.
    func checkFound() {
        let download = download
        let size = download.size
        let found = hashes.checksums.indices.filter {
            download.plan.done.contains(hashes.range(of: $0, size: size))
        }
        guard !found.isEmpty else { return }
        checks += 1
        _ = inlineCallbacks {
            for piece in found where !download.isOver { await self.check(piece, download) }
            self.checks -= 1
            download.endIfDone()
        }
    }

    /// Notes octets that are in the file, and checks the pieces that are whole with them.
    func arrived(_ range: Range<Int>, from mirror: Int) {
        for piece in hashes.pieces(in: range) {
            senders[piece, default: []].insert(mirror)
            guard !right.contains(piece),
                download.plan.done.contains(hashes.range(of: piece, size: download.size))
            else { continue }
            checks += 1
            let download = download
            _ = inlineCallbacks {
                await self.check(piece, download)
                self.checks -= 1
                download.endIfDone()
            }
        }
    }

    /// The download is held while a thread reads its file.
    private func check(_ piece: Int, _ download: SegmentedDownload) async {
        let (hashes, number, size) = (hashes, download.file.number, download.size)
        let isRight = try? await deferToThread {
            hashes.isRight(piece, in: number, size: size)
        }.value
        guard let isRight, !download.isOver else { return }
        let senders = senders.removeValue(forKey: piece) ?? []
        guard !isRight else {
            right.insert(piece)
            return
        }
        download.outcome.damaged += 1
        wrong[piece, default: 0] += 1
        download.lastError = SegmentError.damaged(piece: piece)
        guard wrong[piece, default: 0] < Self.attempts else {
            return download.endInFailure(SegmentError.damaged(piece: piece))
        }
        // Where several sent parts of it, none of them is known to be at fault.
        if senders.count == 1, let sender = senders.first { download.mirrors.damaged(sender) }
        let range = hashes.range(of: piece, size: size)
        do {
            try download.file.lose(range)
        } catch {
            return download.endInFailure(error)
        }
        download.plan.lost(range)
        download.wake()
    }
}
