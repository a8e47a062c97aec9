import Testing

extension Tag {
    /// Tests of the pieces of swift-wget, without a network.
    @Tag static var wget: Self
}
