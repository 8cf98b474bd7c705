/// Lists operations once for all visitors: generates a function for each kind of visitor.
#[allow(unused_macros, reason = "without a section there is nothing to list")]
macro_rules! operations {
    ($($operation:ty),+ $(,)?) => {
        pub(crate) fn visit(visitor: &mut impl $crate::wire::EndpointVisitor) {
            $(visitor.visit::<$operation>();)+
        }

        #[cfg(feature = "by-name")]
        pub(crate) fn visit_shaped(visitor: &mut impl $crate::wire::ShapedEndpointVisitor) {
            $(visitor.visit::<$operation>();)+
        }

        #[cfg(feature = "server")]
        pub(crate) fn visit_server(
            visitor: &mut impl $crate::wire::server::ServerEndpointVisitor,
        ) {
            $(visitor.visit::<$operation>();)+
        }

        #[cfg(feature = "proptest")]
        pub(crate) fn visit_arbitrary(visitor: &mut impl $crate::wire::server::ArbitraryEndpointVisitor) {
            $(visitor.visit::<$operation>();)+
        }
    };
}
#[allow(unused_imports, reason = "without a section there is nothing to list")]
pub(crate) use operations;
