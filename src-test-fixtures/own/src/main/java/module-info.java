/** What only the tests and the benchmarks of Freshet's modules share, beside the test kit. */
@org.jspecify.annotations.NullMarked
module dev.freshet.harness {
    requires static org.jspecify;
    requires static org.junit.jupiter.api;
    requires static org.seleniumhq.selenium.api;
    requires static org.seleniumhq.selenium.chrome_driver;
    requires static org.seleniumhq.selenium.support;
    requires dev.freshet.fixtures;
    requires io.netty.buffer;
    requires io.netty.common;
    requires java.logging;
    requires java.management;

    exports dev.freshet.harness;
}
