package dev.freshet.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class TestForkTest {
    @Test
    @EnabledIfSystemProperty(named = "surefire.test.class.path", matches = ".+")
    void theProcessesOfABuildAreNumbered() {
        assertThat(TestFork.NUMBER).isPositive();
    }
}
