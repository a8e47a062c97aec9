/// A line: who came first is served first.
struct WaitingLine<Element> {
    private var elements: [Element?] = []
    private var start = 0

    var count: Int { elements.count - start }
    var isEmpty: Bool { count == 0 }
    var first: Element? { start < elements.count ? elements[start] : nil }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard start < elements.count else { return nil }
        let first = elements[start].take()
        start += 1
        if start == elements.count {
            removeAll()
        } else if start > 32, start * 2 > elements.count {
            elements.removeFirst(start)
            start = 0
        }
        return first
    }

    mutating func removeAll() {
        elements = []
        start = 0
    }

    /// Keeps those for which `isWanted` answers true, in their order.
    mutating func filter(_ isWanted: (Element) -> Bool) {
        elements = elements[start...].filter { $0.map(isWanted) ?? false }
        start = 0
    }
}
