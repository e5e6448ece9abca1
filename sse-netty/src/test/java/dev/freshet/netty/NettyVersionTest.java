package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NettyVersionTest {
    @ParameterizedTest
    @CsvSource({
        "4.0.56.Final, 4.0.56, 4.1.124",
        "4.1.123.Final, 4.1.123, 4.1.124",
        "4.1.9.Final, 4.1.9, 4.1.124",
        "3.10.6.Final, 3.10.6, 4.1.124",
        "4.1.100.Final-SNAPSHOT, 4.1.100, 4.1.124",
        "4.2.3.Final, 4.2.3, 4.2.4"
    })
    void oneThatIsTooOldIsNamed(String version, String named, String least) {
        assertThatThrownBy(() -> NettyVersion.check(List.of("4.1.137.Final", version)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Netty " + named + " found (expected: " + least + " or later)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4.1.124.Final",
                "4.1.137.Final",
                "4.1.138.Final-redhat-00001",
                "4.2.4.Final",
                "5.0.0.Alpha5",
                "dev"
            })
    void oneThatIsNotIsTaken(String version) {
        assertThatCode(() -> NettyVersion.check(List.of(version))).doesNotThrowAnyException();
    }

    @Test
    void theOneThatIsHereIsTaken() {
        assertThatCode(NettyVersion::check).doesNotThrowAnyException();
    }
}
