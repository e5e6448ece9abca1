package dev.freshet.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfinedTypesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path sources;

    private void write(String name, String text) throws Exception {
        Files.writeString(sources.resolve(name + ".java"), text);
    }

    @Test
    void aTypeThatClaimsAndAssertsIsNoneOfTheUnasserted() throws Exception {
        write(
                "A",
                "/** Confined to its loop. */\nfinal class A {\n    void a() {\n        assert loop.inEventLoop();\n    }\n}\n");
        write("B", "/**\n * Confined to\n * its loop.\n */\n@Sharable\nfinal class B {\n    void b() {}\n}\n");
        write("C", "/** Thread-safe. */\nfinal class C {\n    /** Confined. */\n    int c;\n}\n");
        assertThat(ConfinedTypes.all(sources)).containsExactly("A", "B");
        assertThat(ConfinedTypes.unasserted(sources)).containsExactly("B");
    }

    @Test
    void anAssertionOfTheOuterTypeIsNoneOfANestedOne() throws Exception {
        write(
                "A",
                "/** Thread-safe. */\nclass A {\n    /** Confined. */\n    class B {\n    }\n\n    void a() {\n"
                        + "        assert Thread.holdsLock(this);\n    }\n}\n");
        assertThat(ConfinedTypes.unasserted(sources)).containsExactly("B");
    }
}
