package dev.freshet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The links of the README, of the guides and of the other pages. */
class GuideLinksTest {

    static List<Path> pages() throws IOException {
        return Markdown.pages();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkInsideTheRepositoryLeadsSomewhere(Path page) {
        assertThat(Markdown.deadLinks(page)).isEmpty();
    }

    @Test
    void aLinkToWhatIsNotThereIsFound(@TempDir Path folder) throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), """
                # One: a `heading`
                ## Twice
                ## Twice
                [here](#one-a-heading) [second](#twice-1) [`file`](page.md#twice) [folder](../), [web](https://freshet.dev/x)
                [third](#twice-2) [lower](#One-a-heading) [gone](gone.md) [`gone`](gone.md#twice) `[code](code.md)`
                ```
                # no heading
                [block](block.md)
                ```
                ![picture](gone.svg) [no](#no-heading)
                """);
        assertThat(Markdown.deadLinks(page))
                .containsExactly("#twice-2", "#One-a-heading", "gone.md", "gone.md#twice", "gone.svg", "#no-heading");
    }

    @Test
    void everyGuideIsLinkedFromTheReadme() throws IOException {
        String readme = Markdown.text(Markdown.ROOT.resolve("README.md"));
        try (Stream<Path> guides = Files.list(Markdown.ROOT.resolve(".github/guides"))) {
            assertThat(guides.map(guide -> "(.github/guides/" + guide.getFileName()))
                    .isNotEmpty()
                    .allSatisfy(link -> assertThat(readme).contains(link));
        }
    }
}
