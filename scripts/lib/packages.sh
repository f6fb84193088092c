# shellcheck shell=bash
# Finds out what this machine lacks and installs it with the distribution's own package manager.
#
# What is lacking is found by looking for the thing itself (a library, a program), not for a package, so that a machine
# of any distribution passes where everything is there. Only the names to install depend on the distribution.
# Needs common.sh.

# Software Vulkan older than this is 5 to 9 times slower and its timestamps are wrong.
readonly OLDEST_MESA=24

# group, how it is recognised, and its packages: Debian and Ubuntu | Fedora | Arch. A comma separates packages.
#   build   to compile and link; certificates to fetch crates
#   vulkan  the loader; drivers are chosen apart, see missing_driver
#   window  what winit links (Wayland's client) and what it opens when a window is made
#   tests   a screen that needs no monitor, a hand for it, and the judge of the software driver
needs() {
    cat <<'END'
build   linker                          gcc,libc6-dev       gcc                      gcc
build   certificates                    ca-certificates     ca-certificates          ca-certificates
vulkan  library:libvulkan.so.1          libvulkan1          vulkan-loader            vulkan-icd-loader
window  command:pkg-config              pkg-config          pkgconf-pkg-config       pkgconf
window  pkg-config:wayland-client       libwayland-dev      wayland-devel            wayland
window  library:libxkbcommon.so.0       libxkbcommon0       libxkbcommon             libxkbcommon
window  library:libxkbcommon-x11.so.0   libxkbcommon-x11-0  libxkbcommon-x11         libxkbcommon-x11
window  library:libxcb.so.1             libxcb1             libxcb                   libxcb
window  library:libX11.so.6             libx11-6            libX11                   libx11
window  library:libX11-xcb.so.1         libx11-xcb1         libX11-xcb               libx11
window  library:libXcursor.so.1         libxcursor1         libXcursor               libxcursor
window  library:libXi.so.6              libxi6              libXi                    libxi
tests   command:Xvfb                    xvfb                xorg-x11-server-Xvfb     xorg-server-xvfb
tests   command:xauth                   xauth               xorg-x11-xauth           xorg-xauth
tests   command:xdotool                 xdotool             xdotool                  xdotool
tests   command:vulkaninfo              vulkan-tools        vulkan-tools             vulkan-tools
END
}

# Installs what the groups ($@) lack, and a Vulkan driver. The group `tests` asks for the software driver; without it
# any driver will do, and one that is there is left alone.
provide() {
    if [[ $(uname -s) != Linux ]]; then
        say "Not Linux: nothing is installed; the system's own graphics are used."
        return
    fi
    local lacking packages
    lacking=$(missing "$@")
    [[ -z $lacking ]] && return

    find_package_manager "$@"
    packages=$(packages_for "$lacking")
    say "Missing here: $(paste -sd ' ' <<<"$lacking")"
    nvidia_hint
    install_packages "$packages"

    hash -r
    lacking=$(missing "$@")
    [[ -z $lacking ]] ||
        fail "still missing after the installation: $(paste -sd ' ' <<<"$lacking"): install it by hand and run this again"
}

# What of the groups ($@) is not there, one a line.
missing() {
    local group probe
    while read -r group probe _; do
        [[ " $* " == *" $group "* ]] || continue
        is_there "$probe" || printf '%s\n' "$probe"
    done < <(needs)
    missing_driver "$@"
}

is_there() {
    case $1 in
    linker) cc -x c -o /dev/null - <<<'int main(void) { return 0; }' 2>/dev/null ;;
    certificates) certificates_are_there ;;
    command:*) command -v "${1#*:}" >/dev/null ;;
    pkg-config:*) pkg-config --exists "${1#*:}" 2>/dev/null ;;
    library:*) library_is_there "${1#*:}" ;;
    esac
}

certificates_are_there() {
    [[ -n ${SSL_CERT_FILE:-} ]] && return
    local file
    for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem \
        /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem; do
        [[ -s $file ]] && return
    done
    return 1
}

# The loader's cache tells the architecture too: a 32-bit library is of no use to a 64-bit program.
library_is_there() {
    local word cache lines
    case $(uname -m) in
    x86_64) word=x86-64 ;;
    aarch64) word=AArch64 ;;
    *) word= ;;
    esac
    cache=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null) || cache=
    if lines=$(grep -F "	$1 (" <<<"$cache") && [[ $lines == *"$word"* ]]; then
        return
    fi
    compgen -G "/usr/lib*/$1" >/dev/null # a system without the cache
}

# ── Vulkan drivers ───────────────────────────────────────────────────────────────────────────────────────────────────

# Where the loader looks for the files that name drivers.
driver_files() {
    local folder
    for folder in "${XDG_CONFIG_HOME:-${HOME:-}/.config}" /usr/local/etc /etc "${XDG_DATA_HOME:-${HOME:-}/.local/share}" \
        /usr/local/share /usr/share /run/opengl-driver/share; do
        compgen -G "$folder/vulkan/icd.d/*.json" || true
    done
}

# The file that names Mesa's software driver, lavapipe.
software_driver_file() { driver_files | grep -E "/lvp_icd(\.$(uname -m))?\.json$" | head -n 1; }

# Version of the software driver: from the driver itself where it can be asked, else from its package.
software_mesa_version() {
    local file version
    file=$(software_driver_file) || return 0
    if command -v vulkaninfo >/dev/null; then
        version=$(env -u DISPLAY -u WAYLAND_DISPLAY VK_DRIVER_FILES="$file" VK_ICD_FILENAMES="$file" \
            vulkaninfo --summary 2>/dev/null | sed -n 's/.*driverInfo *= Mesa \([0-9.]*\).*/\1/p' | head -n 1) || true
    else
        version=$({ dpkg-query -W -f '${Version}' mesa-vulkan-drivers || rpm -q --qf '%{VERSION}' mesa-vulkan-drivers ||
            pacman -Q vulkan-swrast | cut -d ' ' -f 2; } 2>/dev/null | sed 's/^[0-9]*://; s/[^0-9.].*//') || true
    fi
    printf '%s\n' "$version"
}

software_driver_is_good() {
    local version
    version=$(software_mesa_version)
    [[ -n $version ]] && at_least "$version" "$OLDEST_MESA"
}

# Whether a graphics card's device file is there (a machine without one draws on the processor).
has_gpu() { compgen -G '/dev/dri/renderD*' >/dev/null || compgen -G '/dev/nvidia[0-9]*' >/dev/null; }

# Whether the driver that the groups ($@) need is there. A driver that is there for a card is never touched.
missing_driver() {
    if [[ " $* " == *" tests "* ]]; then
        software_driver_is_good || echo software-vulkan-driver
    elif [[ " $* " != *" vulkan "* || -n ${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-} ]]; then
        return 0
    elif has_gpu; then
        [[ -n $(driver_files) ]] || echo vulkan-driver
    elif is_debian_12; then # its own Mesa is too old, a newer one can be had
        software_driver_is_good || echo software-vulkan-driver
    else
        [[ -n $(software_driver_file) ]] || echo software-vulkan-driver
    fi
}

# Ends the script where the software driver is too old to trust.
require_good_software_driver() {
    [[ $(uname -s) == Linux ]] || return 0
    software_driver_is_good && return
    local version
    version=$(software_mesa_version)
    fail "software Vulkan is Mesa ${version:-(unknown version)}, the tests need $OLDEST_MESA or newer (older ones are many times slower and report wrong times): take a newer Mesa from your distribution's backports, or test on a newer release"
}

# A missing NVIDIA driver cannot come from here: say so instead of letting the processor draw without a word.
nvidia_hint() {
    compgen -G '/dev/nvidia[0-9]*' >/dev/null || [[ -r /proc/driver/nvidia/version ]] ||
        grep -qs 0x10de /sys/class/drm/card*/device/vendor || return 0
    [[ $(driver_files) != *nvidia* ]] || return 0
    say "An NVIDIA card is here without its Vulkan driver; until that is installed the processor will draw and compute."
    case ${manager:-} in
    apt) say "  Debian: nvidia-driver from non-free; Ubuntu: 'ubuntu-drivers install'." ;;
    dnf) say "  Fedora: akmod-nvidia from RPM Fusion." ;;
    pacman) say "  Arch: nvidia-utils and the kernel module that fits." ;;
    esac
    say "  In a container the host's driver is shared: start it with NVIDIA_DRIVER_CAPABILITIES=all."
}

# ── Package managers ─────────────────────────────────────────────────────────────────────────────────────────────────

# Sets `manager`: apt, dnf or pacman. Takes the groups, to name what is missing where none of them is known.
find_package_manager() {
    local ids
    # shellcheck disable=SC1091  # the file is the machine's
    ids=$(. /etc/os-release 2>/dev/null && echo " ${ID:-} ${ID_LIKE:-} ") || ids=
    case $ids in
    *" debian "* | *" ubuntu "*) manager=apt ;;
    *" fedora "* | *" rhel "*) manager=dnf ;;
    *" arch "*) manager=pacman ;;
    *) fail "this distribution is not known here: install by hand what is missing ($(missing "$@" | paste -sd ' ')), then run this again with --no-install" ;;
    esac
}

is_debian_12() {
    # shellcheck disable=SC1091
    (. /etc/os-release 2>/dev/null && [[ ${ID:-} == debian && ${VERSION_ID:-} == 12 ]])
}

# The packages for what is lacking ($1, one a line), on one line.
packages_for() {
    local lacking=$1 probe debian fedora arch
    {
        while read -r _ probe debian fedora arch; do
            grep -qxF "$probe" <<<"$lacking" || continue
            case $manager in
            apt) echo "$debian" ;;
            dnf) echo "$fedora" ;;
            pacman) echo "$arch" ;;
            esac
        done < <(needs)
        if grep -q 'vulkan-driver$' <<<"$lacking"; then driver_packages; fi
    } | tr ',\n' '  '
}

driver_packages() {
    if [[ $manager != pacman ]]; then
        echo mesa-vulkan-drivers # the software driver and those of Intel and AMD
        return
    fi
    echo vulkan-swrast
    [[ -z $(driver_files) ]] || return 0
    if grep -qs 0x1002 /sys/class/drm/card*/device/vendor; then echo vulkan-radeon; fi
    if grep -qs 0x8086 /sys/class/drm/card*/device/vendor; then echo vulkan-intel; fi
}

install_packages() {
    local packages
    read -r -a packages <<<"$1"
    find_way_to_root
    local source=
    if [[ " ${packages[*]} " == *" mesa-vulkan-drivers "* ]] && is_debian_12; then
        source=" (mesa-vulkan-drivers from bookworm-backports)"
    fi
    agreed "Install with $manager: ${packages[*]}$source?" ||
        fail "not installed; install by hand: ${packages[*]}$source"
    say "Installing with $manager: ${packages[*]}$source"
    case $manager in
    apt) install_with_apt "${packages[@]}" ;;
    dnf) as_root dnf install -y --setopt=install_weak_deps=False "${packages[@]}" ;;
    pacman) install_with_pacman "${packages[@]}" ;;
    esac || fail "the installation failed, its message is above; by hand: install ${packages[*]}"
}

# Sets `to_root`: nothing for root, else sudo or doas. Without a person there is nobody to type a password.
find_way_to_root() {
    if [[ $(id -u) == 0 ]]; then
        to_root=()
    elif command -v sudo >/dev/null; then
        to_root=(sudo)
        if ! a_person_is_there; then
            to_root+=(-n)
        fi
    elif command -v doas >/dev/null; then
        to_root=(doas)
    else
        fail "packages are missing and there is neither sudo nor doas: as root install ${packages[*]}"
    fi
}

as_root() { "${to_root[@]}" "$@" >&2; }

# Arch supports no partial upgrades: where the known packages are gone from the mirrors, everything is brought up to date.
install_with_pacman() {
    compgen -G '/var/lib/pacman/sync/*.db' >/dev/null && as_root pacman -S --needed --noconfirm "$@" && return
    as_root pacman -Syu --needed --noconfirm "$@"
}

# A mirror that stalls is tried again instead of being waited for.
readonly apt_options=(-q -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30)

install_with_apt() {
    local package ordinary=() newer=()
    for package in "$@"; do
        if [[ $package == mesa-vulkan-drivers ]] && is_debian_12; then
            newer+=("$package")
        else
            ordinary+=("$package")
        fi
    done
    if ((${#newer[@]})); then
        add_backports
    fi
    # A broken source of a third party must not stop this: whether the packages come is what counts.
    as_root apt-get "${apt_options[@]}" update || say "apt-get update reported errors; going on."
    # The ordinary ones first: Mesa from the backports brings newer libraries only for what is not there yet, and
    # headers of the ordinary release fit nothing newer. Where such libraries are there already, all come from there.
    if ((${#ordinary[@]})); then
        apt_install "${ordinary[@]}" || { is_debian_12 && apt_install -t bookworm-backports "${ordinary[@]}"; } || return
    fi
    if ((${#newer[@]})); then
        apt_install -t bookworm-backports "${newer[@]}"
    fi
}

apt_install() { as_root env DEBIAN_FRONTEND=noninteractive apt-get "${apt_options[@]}" install -y --no-install-recommends "$@"; }

# Debian 12's own Mesa is 22.3.6: see OLDEST_MESA. Its backports have 25, on the same mirror as everything else.
add_backports() {
    local sources mirror file=/etc/apt/sources.list.d/fieldscope-backports.sources keyring
    # shellcheck disable=SC2016  # these are apt's variables
    sources=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages')
    grep -qE '^[a-z]+-backports main ' <<<"$sources" && return
    mirror=$(sed -nE 's/^(bookworm|oldstable|stable) main //p' <<<"$sources" | head -n 1)
    [[ -n $mirror ]] ||
        fail "no source of Debian 12 found in /etc/apt: add one with bookworm-backports and run this again"

    say "Adding bookworm-backports from $mirror in $file"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    {
        printf 'Types: deb\nURIs: %s\nSuites: bookworm-backports\nComponents: main\n' "$mirror"
        [[ ! -e $keyring ]] || printf 'Signed-By: %s\n' "$keyring"
    } | "${to_root[@]}" tee "$file" >/dev/null || fail "cannot write $file: add bookworm-backports to apt's sources by hand"
}
