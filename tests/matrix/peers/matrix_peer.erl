%% SPDX-License-Identifier: Apache-2.0
%% README.md says what it does.
-module(matrix_peer).
-export([main/1]).

text({Address, Port}) -> inet:ntoa(Address) ++ " " ++ integer_to_list(Port).

say(Key, Name) -> io:format("~s ~s~n", [Key, text(Name)]).

family(Host) -> case lists:member($:, Host) of true -> inet6; false -> inet end.

%% Options of a socket that listens there.
at("any") -> [];
at(Address) ->
    {ok, Where} = inet:parse_address(Address),
    [{ip, Where}, family(Address)].

main(["tcp-client", Host, Port]) ->
    {ok, Socket} = gen_tcp:connect(Host, list_to_integer(Port),
                                   [family(Host), {active, false}, {packet, line}]),
    {ok, Local} = inet:sockname(Socket),
    {ok, Peer} = inet:peername(Socket),
    say("local", Local),
    say("peer", Peer),
    ok = gen_tcp:send(Socket, "hello\n"),
    {ok, Answer} = gen_tcp:recv(Socket, 0),
    io:format("told ~s", [Answer]);
main(["tcp-server", Address, Port]) ->
    {ok, Listener} = gen_tcp:listen(list_to_integer(Port),
                                    at(Address) ++ [{active, false}, {packet, line}]),
    io:format("ready~n"),
    {ok, Socket} = gen_tcp:accept(Listener),
    {ok, Local} = inet:sockname(Socket),
    {ok, Peer} = inet:peername(Socket),
    say("local", Local),
    say("peer", Peer),
    {ok, _} = gen_tcp:recv(Socket, 0),
    ok = gen_tcp:send(Socket, "you are " ++ text(Peer) ++ "\n"),
    ok = gen_tcp:close(Socket);
main(["udp-client", Host, Port]) ->
    {ok, Socket} = gen_udp:open(0, [family(Host), {active, false}]),
    ok = gen_udp:send(Socket, Host, list_to_integer(Port), "hello"),
    {ok, {From, FromPort, Answer}} = gen_udp:recv(Socket, 0),
    say("from", {From, FromPort}),
    io:format("told ~s~n", [Answer]);
main(["udp-server", Address, Port]) ->
    {ok, Socket} = gen_udp:open(list_to_integer(Port), at(Address) ++ [{active, false}]),
    io:format("ready~n"),
    {ok, {From, FromPort, _}} = gen_udp:recv(Socket, 0),
    say("peer", {From, FromPort}),
    ok = gen_udp:send(Socket, From, FromPort, "you are " ++ text({From, FromPort}));
main(["own", Host, Port]) ->
    {ok, Socket} = gen_udp:open(0, [family(Host)]),
    ok = gen_udp:connect(Socket, Host, list_to_integer(Port)),
    {ok, {Address, _}} = inet:sockname(Socket),
    io:format("own ~s~n", [inet:ntoa(Address)]);
main(["lookup", Name]) ->
    {ok, Addresses} = inet:getaddrs(Name, inet),
    [io:format("address ~s~n", [inet:ntoa(Address)]) || Address <- Addresses];
main(["interfaces"]) ->
    {ok, All} = inet:getifaddrs(),
    [io:format("address ~s~n", [inet:ntoa(Address)]) || {_, Options} <- All,
                                                       {addr, Address} <- Options].
