import CLibXML2

/// An XPath 1.0 expression, compiled once.
@safe
public final class XPathExpression: @unchecked Sendable {
    /// Steps that one evaluation may take, so that a hostile page cannot make it endless.
    static let stepLimit: UInt = 5_000_000

    /// The expression as it was written.
    public let text: String
    // Compiled expressions are not changed by evaluation.
    private let compiled: xmlXPathCompExprPtr

    /// Compiles an expression.
    ///
    /// - Parameter text: The expression, such as `//h2/a/@href`.
    /// - Throws: ``HTMLError/invalidXPath(_:)``.
    public init(_ text: String) throws(HTMLError) {
        LibXML2.prepare()
        guard let compiled = unsafe xmlXPathCompile(text) else { throw .invalidXPath(text) }
        unsafe self.compiled = compiled
        self.text = text
    }

    deinit { unsafe xmlXPathFreeCompExpr(compiled) }

    /// The texts that the expression gives on a page, in document order.
    ///
    /// An element gives its text, an attribute its value, a number or string itself.
    ///
    /// - Parameter document: The page.
    /// - Returns: The texts; none when nothing matches.
    /// - Throws: ``HTMLError/xpathFailed(_:)``.
    public func strings(in document: HTMLDocument) throws(HTMLError) -> [String] {
        var strings: [String] = []
        unsafe try evaluate(document) { node in
            if unsafe node.pointee.type == XML_ELEMENT_NODE {
                strings.append(unsafe HTMLElement(node).text())
            } else if let content = unsafe xmlNodeGetContent(node) {
                strings.append(unsafe string(content))
                unsafe twine_xmlFree(content)
            }
        } onString: {
            strings.append($0)
        }
        return strings
    }

    /// The links that the expression points at: of an element the one that it is, has inside or
    /// stands in; of an attribute or string the text.
    ///
    /// - Parameter document: The page.
    /// - Returns: The links as written on the page; none when nothing matches.
    /// - Throws: ``HTMLError/xpathFailed(_:)``.
    public func hrefs(in document: HTMLDocument) throws(HTMLError) -> [String] {
        var hrefs: [String] = []
        unsafe try evaluate(document) { node in
            if unsafe node.pointee.type == XML_ELEMENT_NODE {
                if let href = unsafe Self.href(near: HTMLElement(node)) { hrefs.append(href) }
            } else if let content = unsafe xmlNodeGetContent(node) {
                hrefs.append(unsafe string(content))
                unsafe twine_xmlFree(content)
            }
        } onString: {
            hrefs.append($0)
        }
        return hrefs
    }

    private static func href(near element: HTMLElement) -> String? {
        var next: HTMLElement? = element
        while let around = next {
            if around.name == "a", let href = around["href"] { return href }
            next = around.parent
        }
        var inside = element.children
        var looked = 0
        while looked < inside.count, looked < 10_000 {
            if inside[looked].name == "a", let href = inside[looked]["href"] { return href }
            inside.insert(contentsOf: inside[looked].children, at: looked + 1)
            looked += 1
        }
        return nil
    }

    private func evaluate(
        _ document: HTMLDocument, _ onNode: (xmlNodePtr) -> Void, onString: (String) -> Void
    ) throws(HTMLError) {
        guard let context = unsafe xmlXPathNewContext(document.document) else {
            throw .xpathFailed(text)
        }
        defer { unsafe xmlXPathFreeContext(context) }
        unsafe context.pointee.opLimit = Self.stepLimit
        guard let object = unsafe xmlXPathCompiledEval(compiled, context) else {
            throw .xpathFailed(text)
        }
        defer { unsafe xmlXPathFreeObject(object) }
        if unsafe object.pointee.type == XPATH_NODESET {
            guard let set = unsafe object.pointee.nodesetval else { return }
            for index in 0..<Int(unsafe set.pointee.nodeNr) {
                if let node = unsafe set.pointee.nodeTab[index] { unsafe onNode(node) }
            }
        } else if let value = unsafe xmlXPathCastToString(object) {
            onString(unsafe string(value))
            unsafe twine_xmlFree(value)
        }
    }
}
