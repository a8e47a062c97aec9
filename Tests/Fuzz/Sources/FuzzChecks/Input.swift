import Foundation

/// The octets that the fuzzer hands over.
public func octets(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    unsafe Array(UnsafeBufferPointer(start: start, count: count))
}

/// Ends the program, which the fuzzer takes for a find, unless what should hold does.
public func check(_ holds: Bool, _ what: @autoclosure () -> String) {
    guard !holds else { return }
    // Optimised programs do not tell what a precondition says.
    FileHandle.standardError.write(Data("find: \(what())\n".utf8))
    preconditionFailure("a find")
}
