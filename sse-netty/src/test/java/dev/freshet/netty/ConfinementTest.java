package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.fixtures.ConfinedTypes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfinementTest {
    @Test
    void everyTypeThatIsConfinedAssertsThatItIs() {
        Path here = Path.of("").toAbsolutePath();
        Path module = here.endsWith("sse-netty") ? here : here.getParent(); // netty41 runs this test, too
        Path sources = module.resolve(Path.of("src", "main", "java"));
        assertThat(ConfinedTypes.all(sources)).contains("RequestHandler", "HubLoop", "Link");
        assertThat(ConfinedTypes.unasserted(sources)).isEmpty();
    }
}
