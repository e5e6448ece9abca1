/** The test kit: what tests of servers and clients of Server-Sent Events need. */
@org.jspecify.annotations.NullMarked
module dev.freshet.fixtures {
    requires static org.jspecify;
    requires static org.junit.jupiter.api;
    requires static org.assertj.core;

    exports dev.freshet.fixtures;
}
