# SPDX-License-Identifier: Apache-2.0
# README.md says what it does. With IO::Socket::IP, which is part of Perl.
use v5.20;
use warnings;
use IO::Socket::IP;
use Socket qw(getaddrinfo getnameinfo :addrinfo SOCK_STREAM AF_INET);

STDOUT->autoflush(1);

sub text {
    my ($name) = @_;
    my ($error, $host, $port) = getnameinfo($name, NI_NUMERICHOST | NI_NUMERICSERV);
    die $error if $error;
    return "$host $port";
}

sub make {
    my (%how) = @_;
    delete $how{LocalHost} if ($how{LocalHost} // '') eq 'any';
    return IO::Socket::IP->new(%how) // die "$@\n";
}

my %roles = (
    'tcp-client' => sub {
        my ($host, $port) = @_;
        my $socket = make(PeerHost => $host, PeerPort => $port, Type => SOCK_STREAM);
        say 'local ', $socket->sockhost, ' ', $socket->sockport;
        say 'peer ', $socket->peerhost, ' ', $socket->peerport;
        $socket->print("hello\n");
        print 'told ', $socket->getline;
    },
    'tcp-server' => sub {
        my ($address, $port) = @_;
        my $listener = make(LocalHost => $address, LocalPort => $port, Listen => 8);
        say 'ready';
        my $socket = $listener->accept;
        my $peer = $socket->peerhost . ' ' . $socket->peerport;
        say 'local ', $socket->sockhost, ' ', $socket->sockport;
        say "peer $peer";
        $socket->getline;
        $socket->print("you are $peer\n");
    },
    'udp-client' => sub {
        my ($host, $port) = @_;
        my ($error, $peer) = getaddrinfo($host, $port, { socktype => Socket::SOCK_DGRAM });
        die $error if $error;
        my $socket = make(Family => $peer->{family}, Type => Socket::SOCK_DGRAM);
        $socket->send('hello', 0, $peer->{addr}) // die "send: $!\n";
        my $from = $socket->recv(my $answer, 512) // die "recv: $!\n";
        say 'from ', text($from);
        say "told $answer";
    },
    'udp-server' => sub {
        my ($address, $port) = @_;
        my $socket = make(LocalHost => $address, LocalPort => $port, Proto => 'udp');
        say 'ready';
        my $peer = $socket->recv(my $request, 512) // die "recv: $!\n";
        say 'peer ', text($peer);
        $socket->send('you are ' . text($peer), 0, $peer) // die "send: $!\n";
    },
    'own' => sub {
        my ($host, $port) = @_;
        say 'own ', make(PeerHost => $host, PeerPort => $port, Proto => 'udp')->sockhost;
    },
    'lookup' => sub {
        my ($error, @found) =
            getaddrinfo($_[0], '', { family => AF_INET, socktype => SOCK_STREAM });
        die $error if $error;
        say 'address ', (split ' ', text($_->{addr}))[0] for @found;
    },
);
my $role = shift;
$roles{$role}->(@ARGV);
