public import TwineHTML

extension [SourceLink] {
    /// The links lie in their document, in its order and apart from each other; put back they change
    /// nothing; and others in their place are read again as what they are.
    public func checkEdits(_ document: [UInt8], again: ([UInt8]) -> [SourceLink]) {
        var place = 0
        for link in self {
            check(link.range.lowerBound >= place, "\(link) begins before \(place)")
            check(link.range.upperBound <= document.count, "\(link) ends behind the document")
            place = link.range.upperBound
            guard let fragment = link.fragment else { continue }
            check(link.range.lowerBound <= fragment.lowerBound, "\(link) has a fragment before it")
            check(
                link.range.upperBound == fragment.upperBound, "\(link) goes on behind its fragment")
        }
        let same = map { LinkConverter.Edit($0, address: $0.text, keepsFragment: false) }
        check(LinkConverter.convert(document.span, same) == document, "what was put back differs")

        let rewritten = again(LinkConverter.convert(document.span, same, rewritesSame: true))
        check(rewritten.count == count, "\(count) links, rewritten \(rewritten.count)")
        for (old, new) in zip(self, rewritten) where old.isWrittenFreely {
            check(new.text == old.text, "\(old) became \(new)")
        }
        let odd = "a&b=\"c'<d>`(\\e),%20é"
        let edits = map { LinkConverter.Edit($0, address: odd, keepsFragment: false) }
        let replaced = again(LinkConverter.convert(document.span, edits))
        check(replaced.count == count, "\(count) links, replaced \(replaced.count)")
        for link in replaced where link.isWrittenFreely && link.text.utf8.contains(0xc3) {
            check(link.text == odd, "\(link) is not \(odd)")
        }
    }
}

extension SourceLink {
    /// Whether any address may stand there as it is: in lists, and beyond ASCII where the encoding is
    /// another, it is percent-encoded or not read again.
    fileprivate var isWrittenFreely: Bool {
        (placement.css != nil || !placement.isPart) && text.utf8.allSatisfy { $0 < 128 }
    }
}
