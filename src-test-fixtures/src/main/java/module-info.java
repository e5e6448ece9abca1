/** The fixtures that the tests and the benchmarks of all modules share. */
@org.jspecify.annotations.NullMarked
module dev.freshet.fixtures {
    requires static org.jspecify;
    requires static org.junit.jupiter.api;
    requires static org.seleniumhq.selenium.api;
    requires static org.seleniumhq.selenium.chrome_driver;
    requires static org.seleniumhq.selenium.support;
    requires java.logging;
    requires io.netty.buffer;
    requires io.netty.common;
    requires java.management;

    exports dev.freshet.fixtures;
}
