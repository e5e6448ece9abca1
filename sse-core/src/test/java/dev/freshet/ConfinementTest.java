package dev.freshet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.ConfinedTypes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfinementTest {
    private static final Path SOURCES = Path.of("src", "main", "java");

    @Test
    void everyTypeThatIsConfinedAssertsThatItIs() {
        assertThat(ConfinedTypes.all(SOURCES)).contains("Resume", "SegmentFile");
        assertThat(ConfinedTypes.unasserted(SOURCES)).isEmpty();
    }
}
