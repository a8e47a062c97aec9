public import TwineCore

/// A resource that is not known yet, as when it depends on who asks; the request waits for it.
///
/// Return one from ``Resource/resource(for:)``. The body is not read before the resource is there.
public final class PendingResource: Resource {
    let chosen: Deferred<Resource?>

    /// Makes one.
    ///
    /// - Parameter chosen: The resource, with the rest of the path taken; nil is answered with 404, a
    ///   failure is logged and answered with 500.
    public init(_ chosen: Deferred<Resource?>) { self.chosen = chosen }
}
