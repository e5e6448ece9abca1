/**
 * The programs, and the small HTTP door that three of them share.
 *
 * <pre>
 * Main -> DashboardCommand -> Dashboard --.
 *      -> ChatCommand      -> Chat -------+
 *      -> RelayCommand     -> Relay ------+-> SseServer (event streams) -> HttpDoor (all else) -> Routes -> Answer
 *      -> LoadCommand      -> load: drives a server by its URL
 *      -> ByHandCommand    -> what the load tool compares with
 * </pre>
 *
 * <p>The commands read options and nothing else; {@code Dashboard}, {@code Chat} and {@code Relay} are started by tests as
 * they are by commands.
 */
package dev.freshet.examples;
