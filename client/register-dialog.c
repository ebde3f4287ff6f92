/* Registering an organisation, an entrepreneur or a person. */
#define G_LOG_DOMAIN "yiquan-account"

#include "register-dialog.h"

#include <string.h>

#include "account-dialog.h"
#include "bits.h"
#include "party.h"
#include "region-picker.h"
#include "region.h"

/* clang-format off */
static const char *const class_titles[] = {
  N_("Enterprise"), N_("Individual entrepreneur"), N_("Carrier"), N_("Legal person (any organisation)"), N_("Person who joins an organisation"), NULL,
};
static const char *const class_names[] = { "enterprise", "entrepreneur", "carrier", "legal_person", "person" };
enum { ENTERPRISE, ENTREPRENEUR, CARRIER, LEGAL_PERSON, PERSON };

static const char *const nature_titles[] = {
  N_("Enterprise"), N_("University"), N_("Research institute"), N_("Hospital"), N_("Government agency"), N_("Association"), NULL,
};
static const char *const nature_names[] = { "enterprise", "university", "institute", "hospital", "agency", "association" };
/* clang-format on */

typedef struct
{
  YqAccountDone done;
  gpointer user_data;
  GtkWidget *class, *nature, *organisation, *name, *uscc, *region, *place;
  GtkWidget *real_name, *phone, *email, *username, *password, *again;
} Register;

static guint
selected (GtkWidget *row)
{
  return adw_combo_row_get_selected (ADW_COMBO_ROW (row));
}

#define TEXT(row) yq_account_dialog_text (row)

static const char *
missing_organisation (const Register *form)
{
  guint class = selected (form->class);

  if (class == PERSON)
    return NULL;
  if (*TEXT (form->name) == '\0')
    return class == ENTREPRENEUR ? _("Type your name first")
                                 : _("Type the organisation's name first");
  if (class != ENTREPRENEUR && strlen (TEXT (form->uscc)) != 18)
    return _("The unified social credit code has 18 characters");
  if (yq_region_picker_code (YQ_REGION_PICKER (form->region)) == NULL)
    return _("Choose the place of registration first");
  return NULL;
}

static const char *
missing (YqAccountDialog *self)
{
  const Register *form = self->data;
  const char *why = missing_organisation (form);

  if (why != NULL)
    return why;
  if (*TEXT (form->real_name) == '\0')
    return _("Type your name first");
  if (strlen (TEXT (form->phone)) < 11)
    return _("Type your mobile phone first");
  if (strlen (TEXT (form->username)) < 4)
    return _("The user name has 4 to 32 small letters and digits");
  if (g_utf8_strlen (TEXT (form->password), -1) < 8)
    return _("A password has at least 8 characters");
  if (strcmp (TEXT (form->password), TEXT (form->again)) != 0)
    return _("The two passwords differ");
  if (self->has_sms && (self->code_id == NULL || *TEXT (self->code_text) == '\0'))
    return _("Ask for a code and type it first");
  if (!self->has_sms && *TEXT (self->picture_text) == '\0')
    return _("Type what the picture shows first");
  return NULL;
}

static const char *
missing_for_code (YqAccountDialog *self)
{
  const Register *form = self->data;

  if (strlen (TEXT (form->phone)) < 11)
    return _("Type your mobile phone first");
  return *TEXT (self->picture_text) == '\0' ? _("Type what the picture shows first") : NULL;
}

static void
ask_code (YqAccountDialog *self, JsonObject *body)
{
  const Register *form = self->data;

  json_object_set_string_member (body, "purpose", "register");
  json_object_set_string_member (body, "phone", TEXT (form->phone));
}

static void
set (JsonObject *object, const char *name, GtkWidget *row)
{
  if (*TEXT (row) != '\0')
    json_object_set_string_member (object, name, TEXT (row));
}

static JsonObject *
organisation_of (const Register *form)
{
  JsonObject *object = json_object_new ();
  guint class = selected (form->class);

  set (object, "name", form->name);
  if (class != ENTREPRENEUR)
    set (object, "uscc", form->uscc);
  json_object_set_string_member (object, "region",
                                 yq_region_picker_code (YQ_REGION_PICKER (form->region)));
  if (class == CARRIER || class == LEGAL_PERSON)
    json_object_set_string_member (object, "nature", nature_names[selected (form->nature)]);
  return object;
}

static void
registered (YqAccountDialog *self, JsonObject *answer, const char *why)
{
  Register *form = self->data;
  g_autofree char *username = NULL;
  g_autofree char *password = NULL;
  YqAccountDone done = form->done;
  gpointer user_data = form->user_data;

  if (why != NULL)
    return;
  username = g_strdup (TEXT (form->username));
  password = g_strdup (TEXT (form->password));
  gtk_window_destroy (GTK_WINDOW (self->window));
  done (username, password, user_data);
}

static void
submit (YqAccountDialog *self)
{
  const Register *form = self->data;
  JsonObject *body = json_object_new (), *account = json_object_new ();

  json_object_set_string_member (body, "class", class_names[selected (form->class)]);
  set (account, "username", form->username);
  set (account, "real_name", form->real_name);
  set (account, "phone", form->phone);
  set (account, "email", form->email);
  json_object_set_object_member (body, "account", account);
  if (selected (form->class) != PERSON)
    json_object_set_object_member (body, "organisation", organisation_of (form));
  json_object_set_string_member (body, "password", TEXT (form->password));
  if (self->has_sms)
    yq_account_dialog_put_code (self, body);
  yq_account_dialog_put_picture (self, body);
  yq_account_dialog_post (self, "/v1/accounts", body, registered);
}

/* -- building -- */

static void
class_changed_cb (YqAccountDialog *self)
{
  Register *form = self->data;
  guint class = selected (form->class);

  gtk_widget_set_visible (form->organisation, class != PERSON);
  gtk_widget_set_visible (form->nature, class == CARRIER || class == LEGAL_PERSON);
  gtk_widget_set_visible (form->uscc, class != ENTREPRENEUR);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (form->name),
                                 class == ENTREPRENEUR ? _("Name of the entrepreneur")
                                                       : _("Name of the organisation"));
  yq_account_dialog_check (self);
}

static void
region_changed_cb (YqAccountDialog *self)
{
  Register *form = self->data;
  const char *code = yq_region_picker_code (YQ_REGION_PICKER (form->region));
  g_autofree char *path = code != NULL ? yq_region_path (code) : NULL;

  adw_action_row_set_subtitle (ADW_ACTION_ROW (form->place),
                               path ? path : _("City and county; it cannot be changed later"));
  yq_account_dialog_check (self);
}

static void
add_organisation (YqAccountDialog *self)
{
  Register *form = self->data;
  GtkWidget *list = yq_boxed_list_new ();

  form->organisation = yq_section_new (_("Organisation"), list);
  gtk_box_append (GTK_BOX (self->box), form->organisation);
  form->nature = yq_account_dialog_add_choice (self, list, _("Nature"), nature_titles);
  form->name = yq_account_dialog_add_entry (self, list, _("Name of the organisation"), FALSE);
  form->uscc = yq_account_dialog_add_entry (self, list, _("Unified social credit code"), FALSE);
  form->place = adw_action_row_new ();
  form->region = yq_region_picker_new (_("Choose the place"));
  gtk_widget_set_valign (form->region, GTK_ALIGN_CENTER);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (form->place), _("Place of registration"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (form->place), form->region);
  gtk_list_box_append (GTK_LIST_BOX (list), form->place);
  g_signal_connect_swapped (form->region, "changed", G_CALLBACK (region_changed_cb), self);
}

static void
add_person (YqAccountDialog *self)
{
  Register *form = self->data;
  GtkWidget *list = yq_account_dialog_add_list (self, _("Person"));

  form->real_name = yq_account_dialog_add_entry (self, list, _("Name of the person"), FALSE);
  form->phone = yq_account_dialog_add_entry (self, list, _("Mobile phone"), FALSE);
  form->email = yq_account_dialog_add_entry (self, list, _("E-mail"), FALSE);
  form->username = yq_account_dialog_add_entry (self, list, _("User name"), FALSE);
  form->password = yq_account_dialog_add_entry (self, list, _("Password"), TRUE);
  form->again = yq_account_dialog_add_entry (self, list, _("The password again"), TRUE);
}

static void
destroy (YqAccountDialog *self)
{
  g_free (self->data);
}

void
yq_register_dialog_open (GtkWidget *parent, YqApiClient *api, YqAccountDone done,
                         gpointer user_data)
{
  YqAccountDialog *self = yq_account_dialog_new (
    parent, _("Register"),
    _("Registering makes your account.  The real-name verification of the organisation follows "
      "after signing in."),
    api);
  Register *form = g_new0 (Register, 1);
  GtkWidget *list;

  self->data = form;
  self->missing = missing;
  self->missing_for_code = missing_for_code;
  self->submit = submit;
  self->ask_code = ask_code;
  self->destroy = destroy;
  form->done = done;
  form->user_data = user_data;
  list = yq_account_dialog_add_list (self, NULL);
  form->class = yq_account_dialog_add_choice (self, list, _("Kind of user"), class_titles);
  add_organisation (self);
  add_person (self);
  yq_account_dialog_add_picture (self);
  yq_account_dialog_add_code (self);
  yq_account_dialog_add_button (self, _("Register"));
  g_signal_connect_swapped (form->class, "notify::selected", G_CALLBACK (class_changed_cb), self);
  class_changed_cb (self);
  region_changed_cb (self);
  gtk_window_present (GTK_WINDOW (self->window));
}
