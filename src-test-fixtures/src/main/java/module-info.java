/** What the tests and the benchmarks of all modules share. */
@org.jspecify.annotations.NullMarked
module dev.freshet.fixtures {
    requires static org.jspecify;
    requires static org.junit.jupiter.api;
    requires io.netty.buffer;
    requires io.netty.common;
    requires java.management;

    exports dev.freshet.fixtures;
}
