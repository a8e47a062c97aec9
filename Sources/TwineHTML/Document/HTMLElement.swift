import CLibXML2

/// One element of a tree that is alive.
@safe
struct HTMLElement: Equatable {
    let node: xmlNodePtr

    init(_ node: xmlNodePtr) { unsafe self.node = node }

    static func == (left: Self, right: Self) -> Bool { unsafe left.node == right.node }

    /// The name in lower case, without a namespace prefix.
    var name: String { unsafe string(node.pointee.name) }

    var parent: HTMLElement? {
        guard let parent = unsafe node.pointee.parent,
            unsafe parent.pointee.type == XML_ELEMENT_NODE
        else { return nil }
        return unsafe HTMLElement(parent)
    }

    /// The value of an attribute; names are in lower case.
    subscript(_ name: String) -> String? {
        guard let value = unsafe xmlGetNoNsProp(node, name) else { return nil }
        defer { unsafe twine_xmlFree(value) }
        return unsafe string(value)
    }

    /// The words of an attribute, in lower case.
    func words(_ name: String) -> [String] {
        guard let value = self[name] else { return [] }
        return value.lowercased().utf8.split(whereSeparator: \.isHTMLSpace).map {
            String(Substring($0))
        }
    }

    /// The text inside, without that of elements whose text is not shown; at most `limit` octets.
    func text(limit: Int = 4096) -> String {
        guard let content = unsafe xmlNodeGetContent(node) else { return "" }
        defer { unsafe twine_xmlFree(content) }
        let length = min(Int(unsafe xmlStrlen(content)), limit)
        let bytes = unsafe UnsafeBufferPointer(start: content, count: length)
        return unsafe String(decoding: unsafe bytes, as: UTF8.self).foldingWhiteSpace()
    }

    /// The elements inside, children first level only.
    var children: [HTMLElement] {
        var children: [HTMLElement] = []
        var next = unsafe node.pointee.children
        while let child = unsafe next {
            if unsafe child.pointee.type == XML_ELEMENT_NODE {
                children.append(unsafe HTMLElement(child))
            }
            unsafe next = child.pointee.next
        }
        return children
    }

    /// The text that stands directly in the element.
    var ownText: String {
        var text = ""
        var next = unsafe node.pointee.children
        while let child = unsafe next {
            if unsafe child.pointee.type == XML_TEXT_NODE
                || child.pointee.type == XML_CDATA_SECTION_NODE
            {
                text += unsafe string(child.pointee.content)
            }
            unsafe next = child.pointee.next
        }
        return text
    }
}

/// The text that libxml2 holds; empty for none.
@unsafe
func string(_ text: UnsafePointer<xmlChar>?) -> String {
    guard let text = unsafe text else { return "" }
    return unsafe String(cString: text)
}
