# SPDX-License-Identifier: Apache-2.0
# README.md says what it does. Tcl itself knows TCP only.
fconfigure stdout -buffering line

# Of {address name port}; without -sockname's reverse lookup there would be no name at all.
proc text {name} { return "[lindex $name 0] [lindex $name 2]" }

proc tcp-client {host port} {
    set channel [socket $host $port]
    fconfigure $channel -buffering line
    puts "local [text [fconfigure $channel -sockname]]"
    puts "peer [text [fconfigure $channel -peername]]"
    puts $channel hello
    puts "told [gets $channel]"
}

proc serve {channel address port} {
    fconfigure $channel -buffering line
    puts "local [text [fconfigure $channel -sockname]]"
    puts "peer $address $port"
    gets $channel
    puts $channel "you are $address $port"
    close $channel
    set ::served 1
}

proc tcp-server {address port} {
    set where [expr {$address eq "any" ? {} : [list -myaddr $address]}]
    socket -server serve {*}$where $port
    puts ready
    vwait ::served
}

{*}$argv
